"""Names before a bracket that call no routine of a user's: words of the grammar, and MySQL's own functions.

https://www.postgresql.org/docs/current/sql-keywords-appendix.html: reserved and what cannot name functions.
https://mariadb.com/kb/en/function-and-operator-reference/: a function of the server comes before a stored one.
"""

from __future__ import annotations

from safesql.sql.dialect import Family

_POSTGRES = frozenset(
    """
    all analyse analyze and any array as asc asymmetric between bigint bit boolean both case cast char character
    check coalesce collate column constraint create current_catalog current_date current_role current_time
    current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract
    false fetch float for foreign from grant greatest group grouping having in initially inout int integer
    intersect interval into lateral leading least limit localtime localtimestamp national nchar none normalize not
    null nullif numeric offset on only or order out placing position precision primary real references
    returning row select session_user setof smallint some symmetric table then time timestamp to
    trailing treat trim true union unique user using values varchar variadic when where window with xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()
)
_MYSQL = frozenset(
    """
    against all and any as between bigint binary bit by call case char check columns constraint convert date
    datetime decimal default distinct distinctrow div do double else elseif enum except exists fields float
    foreign from fulltext group having if in index int integer intersect interval into is key lateral like limit
    match mediumint not numeric offset on or order over partition primary recursive references regexp return
    returns rlike row select separator set smallint some spatial table then time timestamp tinyint union unique
    until using value values varbinary varchar when where while with xor year
    """.split()
)
GRAMMAR: dict[Family, frozenset[str]] = {
    Family.POSTGRES: _POSTGRES, Family.MYSQL: _MYSQL, Family.SQLITE: frozenset(),
}

NATIVE = frozenset(
    """
    abs acos add_months adddate addtime aes_decrypt aes_encrypt asin atan atan2 benchmark bin binlog_gtid_pos
    bit_and bit_count bit_length bit_or bit_xor cast ceil ceiling char char_length character_length chr coalesce
    coercibility collation column_check column_exists column_json column_list compress concat concat_ws
    connection_id conv convert convert_tz cos cot count crc32 crc32c cume_dist curdate current_date current_role
    current_time current_timestamp current_user curtime database date date_add date_format date_sub datediff day
    dayname dayofmonth dayofweek dayofyear decode decode_histogram default degrees dense_rank des_decrypt
    des_encrypt elt encode encrypt exp export_set extract extractvalue field find_in_set first_value floor format
    found_rows from_base64 from_days from_unixtime get_lock greatest group_concat grouping hex hour if ifnull
    inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr interval is_free_lock is_ipv4 is_ipv4_compat
    is_ipv4_mapped is_ipv6 is_used_lock isnull json_array json_array_append json_array_insert json_arrayagg
    json_compact json_contains json_contains_path json_depth json_detailed json_equals json_exists json_extract
    json_insert json_keys json_length json_loose json_merge json_merge_patch json_merge_preserve json_normalize
    json_object json_objectagg json_overlaps json_pretty json_query json_quote json_remove json_replace
    json_search json_set json_type json_unquote json_valid json_value lag last_day last_insert_id lcase lead least
    left length lengthb ln load_file localtime localtimestamp locate log log10 log2 lower lpad ltrim make_set
    makedate maketime master_gtid_wait master_pos_wait max md5 median microsecond mid min minute mod monthname
    name_const natural_sort_key now nth_value ntile nullif nvl nvl2 oct octet_length old_password ord password
    percent_rank percentile_cont percentile_disc period_add period_diff pi position pow power quarter quote
    radians rand random_bytes rank regexp_instr regexp_like regexp_replace regexp_substr release_all_locks
    release_lock repeat replace reverse right round row_count row_number rpad rtrim schema schemas sec_to_time
    second session_user sformat sha sha1 sha2 sign sin sleep soundex space sqrt std stddev stddev_pop stddev_samp
    str_to_date strcmp subdate substr substring substring_index subtime sum sys_guid system_user tan time
    time_format time_to_sec timediff timestamp to_base64 to_char to_days to_seconds trim ucase uncompress
    uncompressed_length unhex unix_timestamp updatexml upper user utc_date utc_time utc_timestamp uuid uuid_short
    values var_pop var_samp variance version week weekday weekofyear weight_string wsrep_last_seen_gtid
    wsrep_last_written_gtid wsrep_sync_wait_upto_gtid year yearweek
    """.split()
)
"""Functions of MariaDB and MySQL that no stored function of the same name hides."""

SPACED = frozenset(
    """
    adddate bit_and bit_or bit_xor cast count curdate curtime date_add date_sub extract group_concat max mid min
    now position session_user std stddev stddev_pop stddev_samp subdate substr substring sum sysdate system_user
    trim variance var_pop var_samp
    """.split()
)
"""Those that a blank before the bracket makes names like any other, unless sql_mode has IGNORE_SPACE."""

MARIADB_ALONE = frozenset(
    """
    add_months binlog_gtid_pos chr column_check column_exists column_json column_list crc32c decode decode_histogram
    des_decrypt des_encrypt encode encrypt json_compact json_detailed json_equals json_exists json_loose json_normalize
    json_query lengthb master_gtid_wait median natural_sort_key nvl nvl2 old_password password percentile_cont
    percentile_disc sformat sys_guid to_char wsrep_last_seen_gtid wsrep_last_written_gtid wsrep_sync_wait_upto_gtid
    """.split()
)
"""Functions of MariaDB that MySQL leaves to its users."""
