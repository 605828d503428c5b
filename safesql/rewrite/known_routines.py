"""Routines of PostgreSQL's own extensions in C that are marked volatile and change no rows.

https://www.postgresql.org/docs/current/contrib.html: to answer otherwise each time is no change.
"""

from __future__ import annotations

TRUSTED = frozenset({
    # uuid-ossp, pgcrypto
    "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "gen_random_uuid", "gen_random_bytes", "gen_salt",
    "pgp_sym_encrypt", "pgp_sym_encrypt_bytea", "pgp_pub_encrypt", "pgp_pub_encrypt_bytea",
    # triggers that set columns of the row at hand: spi, tsearch2's successors, citext
    "moddatetime", "autoinc", "insert_username", "tsvector_update_trigger", "tsvector_update_trigger_column",
    # what looks at pages, statistics and buffers
    "pgstattuple", "pgstattuple_approx", "pgstatindex", "pgstatginindex", "pgstathashindex", "pg_relpages",
    "pgrowlocks", "pg_buffercache_pages", "pg_buffercache_summary", "pg_buffercache_usage_counts", "pg_freespace",
    "pg_visibility", "pg_visibility_map", "pg_visibility_map_summary", "pg_check_frozen", "pg_check_visible",
    "pg_prewarm", "get_raw_page", "page_header", "heap_page_items", "bt_page_items", "bt_page_stats", "bt_metap",
    "bt_index_check", "bt_index_parent_check", "verify_heapam", "pg_stat_statements", "pg_stat_statements_info",
    "normal_rand", "show_limit", "set_limit", "pg_walinspect", "pg_get_wal_records_info", "pg_get_wal_stats",
})
