from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from safesql.config.toml_lines import key_lines

TRICKY = '''\
a = """
b = 1
[c]
""" # [d]
'e f' = \'\'\'
g = 1\'\'\'
[ h . "i.j" ] # = x
k = [ # [
  "]", 'l = 1', { m = 1 },
]
n.o = { p = 1, q = "}" }
"r\\"s" = "\\\\"
[[t]]
u = 1979-05-27 07:32:00
[[t]]
v = """a""""
w = 1'''


def test_text_that_looks_like_a_key_is_none() -> None:
    tomllib.loads(TRICKY)
    table = ("h", "i.j")
    assert key_lines(TRICKY) == {
        ("a",): 1, ("e f",): 5, ("h",): 7, table: 7, (*table, "k"): 8, (*table, "n"): 11, (*table, "n", "o"): 11,
        (*table, 'r"s'): 12, ("t",): 13, ("t", "0"): 13, ("t", "0", "u"): 14, ("t", "1"): 15,
        ("t", "1", "v"): 16, ("t", "1", "w"): 17,
    }


KEYS = st.text("ab-_1", min_size=1, max_size=4)
VALUES = st.sampled_from(['"x"', "'#'", "1", "[\n1,\n2]", '"""\n[x]\ny = 1\n"""', "{ z = 1 }", "true # [k]"])


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=4), st.integers(0, 2))
def test_every_key_stands_where_it_is_said_to(tables: dict[str, dict[str, str]], blank: int) -> None:
    text = "".join(
        f"[{table}]\n" + "\n" * blank + "".join(f"{key} = {value}\n" for key, value in keys.items())
        for table, keys in tables.items()
    )
    values: dict[str, Any] = tomllib.loads(text)
    lines, found = text.split("\n"), key_lines(text)
    assert found.keys() == {(table,) for table in values} | {(t, key) for t, keys in values.items() for key in keys}
    for path, line in found.items():
        assert lines[line - 1].startswith(f"[{path[0]}]" if len(path) == 1 else f"{path[1]} = ")
