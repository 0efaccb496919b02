"""Reading logs: what a time, an amount and an order are, and one tiny bad log for every mistake."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policies import Policy, load_policy
from policies.currencies import Currency
from policies.days import date_of, day_of
from sim.logs.log_amounts import minor_units
from sim.logs.log_file import Columns, LogError
from sim.logs.transaction_log import TransactionLog, read_log
from sim.replay import replay

NEW_YORK = 'title = "New York"\ncurrency = "USD"\ntime_zone = "America/New_York"\n'


@pytest.fixture
def baseline() -> Policy:
    return load_policy("baseline")


@pytest.fixture
def log_of(tmp_path: Path, baseline: Policy) -> Callable[..., TransactionLog]:
    """``log_of(text, columns, zone, policy=)``: writes log.csv and reads it."""

    def make(
        text: str | bytes, columns: Columns | None = None, zone: str | None = None, *, policy: Policy = baseline
    ) -> TransactionLog:
        path = tmp_path / "log.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_log(path, policy, columns, zone)

    return make


def rows_of(log: TransactionLog) -> list[tuple[str, str, str, int, int]]:
    """(member, order, business day, second, minor units)."""
    return [
        (log.members[row.member], log.order_ids[row.order], str(date_of(row.day)), int(row.second), int(row.list_cents))
        for row in log.orders
    ]


# --- times -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zone", "day", "second"),
    [
        # A naive time is in the program's zone unless another is named.
        ("2017-07-01 23:30:00", None, "2017-07-01", 84_600),
        ("2017-07-01 23:30:00", "UTC", "2017-07-01", 70_200),
        ("2017-07-02 03:59:59", "UTC", "2017-07-01", 86_399),
        ("2017-07-02 04:00:00", "UTC", "2017-07-02", 0),
        ("2017-12-02 04:59:59", "UTC", "2017-12-01", 86_399),  # winter: five hours, not four
        ("2017-07-01T12:00", "Asia/Shanghai", "2017-07-01", 0),
        ("2017-07-01 11:59", "Asia/Shanghai", "2017-06-30", 86_340),
        # An offset in the text counts, whatever the log's zone.
        ("2017-07-01T23:30:00Z", "Asia/Shanghai", "2017-07-01", 70_200),
        ("2017-07-01 23:30:00.75+08:00", "UTC", "2017-07-01", 41_400),
        ("2017-07-01 23:30:00 -0400", "UTC", "2017-07-01", 84_600),
        ("2017-07-01T23:30-04", "UTC", "2017-07-01", 84_600),
        # A date alone is a business day of the program.
        ("2017-07-01", "Asia/Tokyo", "2017-07-01", 0),
        # 12 March has no time from 2:00 to 3:00: forward to 3:00, two hours after midnight.
        ("2017-03-12 01:59:59", None, "2017-03-12", 7_199),
        ("2017-03-12 02:30:00", None, "2017-03-12", 7_200),
        ("2017-03-12 03:00:00", None, "2017-03-12", 7_200),
        ("2017-03-12 23:59:59", None, "2017-03-12", 82_799),  # a day of 23 hours
        # 5 November has the time from 1:00 to 2:00 twice: the first is meant.
        ("2017-11-05 01:30:00", None, "2017-11-05", 5_400),
        ("2017-11-05T01:30:00-05:00", None, "2017-11-05", 9_000),
        ("2017-11-05 23:59:59", None, "2017-11-05", 89_999),  # a day of 25 hours
    ],
)
def test_business_day(
    log_of: Callable, policy_of: Callable, text: str, zone: str | None, day: str, second: int
) -> None:
    log = log_of(f"member,order,timestamp,amount\na,1,{text},1.00\n", None, zone, policy=policy_of(NEW_YORK))
    assert rows_of(log) == [("a", "1", day, second, 100)]


def test_the_hour_that_comes_twice_keeps_its_order(log_of: Callable, policy_of: Callable) -> None:
    text = (
        "member,order,timestamp,amount\n"
        "a,1,2017-11-05T01:10:00-05:00,1.00\n"  # second time round
        "a,2,2017-11-05T01:50:00-04:00,2.00\n"  # first time round
    )
    policy = policy_of(NEW_YORK)
    log = log_of(text, policy=policy)
    assert [row[1:4] for row in rows_of(log)] == [("2", "2017-11-05", 6_600), ("1", "2017-11-05", 7_800)]
    assert replay(policy, log).orders == 2


def test_clocks_set_back_across_midnight(log_of: Callable, policy_of: Callable) -> None:
    """In St. John's the first minute of 7 November 2010 came before the last hour of the 6th came again."""
    policy = policy_of(NEW_YORK.replace("America/New_York", "America/St_Johns"))
    text = (
        "member,order,timestamp,amount\n"
        "a,1,2010-11-07T00:00:30-02:30,1.00\n"
        "a,2,2010-11-06T23:30:00-03:30,2.00\n"  # half an hour later, and a day earlier
        "a,3,2010-11-07T00:00:10-03:30,3.00\n"
    )
    log = log_of(text, policy=policy)
    assert [row[1:3] for row in rows_of(log)] == [("2", "2010-11-06"), ("1", "2010-11-07"), ("3", "2010-11-07")]
    assert replay(policy, log).orders == 3


# --- orders ------------------------------------------------------------------------------------------------------


def test_rows_of_an_order_are_summed_at_its_earliest_time(log_of: Callable) -> None:
    log = log_of(
        "member,order,timestamp,amount\n"
        "a,1,2027-01-02 10:00:05,0.10\n"
        "a,2,2027-01-02 10:00:00,5\n"
        "a,1,2027-01-02 09:00:00,0.20\n"
        "a,1,2027-01-02 11:00:00,-0.05\n"
    )
    assert rows_of(log) == [("a", "1", "2027-01-02", 32_400, 25), ("a", "2", "2027-01-02", 36_000, 500)]


@pytest.mark.parametrize(
    ("ids", "in_order"),
    [
        (["10", "9", "100"], ["9", "10", "100"]),  # whole numbers: by number
        (["A10", "A9", "A100"], ["A10", "A100", "A9"]),  # else by text
        (["10", "9", "x"], ["10", "9", "x"]),
        (["007", "7", "8"], ["007", "7", "8"]),  # two orders
    ],
)
def test_ties_go_by_order_id(log_of: Callable, ids: list[str], in_order: list[str]) -> None:
    rows = "".join(f"a,{each},2027-01-02 10:00:00,1\n" for each in ids)
    assert [row[1] for row in rows_of(log_of("member,order,timestamp,amount\n" + rows))] == in_order


def test_time_decides_before_order_id_even_within_a_second(log_of: Callable) -> None:
    rows = "a,1,2027-01-02 10:00:00.9,1\na,2,2027-01-02 10:00:00.1,1\n"
    assert [row[1] for row in rows_of(log_of("member,order,timestamp,amount\n" + rows))] == ["2", "1"]


def test_members_are_in_order_of_their_ids(log_of: Callable) -> None:
    rows = "".join(f"{each},{each},2027-01-02,1\n" for each in ("10", "9", "11"))
    assert log_of("member,order,timestamp,amount\n" + rows).members == ("9", "10", "11")


@pytest.mark.parametrize(
    ("currency", "text", "cents"),
    [
        ("USD", "0", 0),
        ("USD", "12", 1_200),
        ("USD", "12.3", 1_230),
        ("USD", "12.30000", 1_230),
        ("USD", ".05", 5),
        ("USD", "5.", 500),
        ("USD", "+1.05", 105),
        ("USD", "0.29", 29),  # 28.999999999999996 as a float
        ("USD", "9999999999.99", 999_999_999_999),
        ("JPY", "1200", 1_200),
        ("JPY", "1200.00", 1_200),
        ("KWD", "1.005", 1_005),
    ],
)
def test_money_is_exact(log_of: Callable, policy_of: Callable, currency: str, text: str, cents: int) -> None:
    policy = policy_of(NEW_YORK.replace("USD", currency))
    log = log_of(f"member,order,timestamp,amount\na,1,2027-01-02,{text}\n", policy=policy)
    assert log.orders.list_cents.tolist() == [cents]


def test_named_columns_and_minor_units(log_of: Callable) -> None:
    text = 'note,who,"when, locally",bill,paid\nx,a,2027-01-02,7,1250\n"two\nlines",b,2027-01-03,8,-0\n'
    log = log_of(text, Columns("who", "bill", "when, locally", amount_minor="paid"))
    assert rows_of(log) == [("a", "7", "2027-01-02", 0, 1_250), ("b", "8", "2027-01-03", 0, 0)]


def test_byte_order_mark_blank_lines_blanks_and_windows_line_ends(log_of: Callable) -> None:
    text = b"\xef\xbb\xbfmember,order,timestamp,amount\r\n a , 1,2027-01-02 , 1.50\r\n\r\na,2,2027-01-03,1\r\n\r\n"
    assert rows_of(log_of(text)) == [("a", "1", "2027-01-02", 0, 150), ("a", "2", "2027-01-03", 0, 100)]


# --- mistakes ----------------------------------------------------------------------------------------------------

HEADER = "member,order,timestamp,amount\n"
GOOD = "a,1,2027-01-02 10:00,1.00\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "log.csv: is empty; the first line must name the columns. Example: member,order,timestamp,amount"),
        (HEADER, "log.csv: has no rows below the names of its columns."),
        (
            "member,oder,timestamp,amount\n" + GOOD,
            'log.csv: line 1: there is no column "order", only "member", "oder", "timestamp", "amount"; name the right '
            'one with --order. Did you mean --order "oder"?',
        ),
        (
            "member,order,timestamp,price\n" + GOOD,
            'log.csv: line 1: there is no column "amount", only "member", "order", "timestamp", "price"; name the '
            "column of decimal money with --amount, or of whole minor units with --amount-minor.",
        ),
        (
            "member;order;timestamp;amount\na;1;2027-01-02;1\n",
            "log.csv: line 1: the columns must be separated by commas. Example: member,order,timestamp,amount",
        ),
        ("member,order,member,timestamp,amount\n", 'log.csv: line 1: two columns are called "member"'),
        (
            HEADER + GOOD + "a,2,02.01.2027,1.00\n",
            'log.csv: line 3, column timestamp: "02.01.2027" must be a date or a time, year first, in the years 1900 '
            "to 2199. Example: 2027-03-31 18:05:00",
        ),
        (HEADER + GOOD + "a,2,2027-02-29,1.00\n", 'log.csv: line 3, column timestamp: "2027-02-29" must be'),
        (HEADER + GOOD + "a,2,2027-01-02 24:00,1.00\n", 'log.csv: line 3, column timestamp: "2027-01-02 24:00" must'),
        (HEADER + GOOD + "a,2,,1.00\n", 'log.csv: line 3, column timestamp: "" must be'),
        (HEADER + GOOD + "a,2,1066-10-14,1.00\n", 'log.csv: line 3, column timestamp: "1066-10-14" must be'),
        (
            HEADER + GOOD + 'a,2,2027-01-02,"1,200.00"\n',
            'log.csv: line 3, column amount: "1,200.00" must be money in CNY: digits with an optional decimal point, '
            "nothing else. Example: 19.90",
        ),
        (HEADER + GOOD + "a,2,2027-01-02,¥12\n", 'log.csv: line 3, column amount: "¥12" must be money in CNY'),
        (HEADER + GOOD + "a,2,2027-01-02,1e\n", 'log.csv: line 3, column amount: "1e" must be money in CNY'),
        (HEADER + GOOD + "a,2,2027-01-02,nan\n", 'log.csv: line 3, column amount: "nan" must be money in CNY'),
        (HEADER + GOOD + "a,2,2027-01-02,.\n", 'log.csv: line 3, column amount: "." must be money in CNY'),
        (HEADER + GOOD + "a,2,2027-01-02,\n", 'log.csv: line 3, column amount: "" must be money in CNY'),
        (HEADER + GOOD + "a,2,2027-01-02,１２\n", 'log.csv: line 3, column amount: "１２" must be money in CNY'),
        (
            HEADER + GOOD + "a,2,2027-01-02,1.005\n",
            'log.csv: line 3, column amount: "1.005" is finer than the smallest unit of CNY, which has 2 decimals. '
            "Example: 19.90",
        ),
        (
            HEADER + GOOD + "a,2,2027-01-02,10000000000.01\n",
            'log.csv: line 3, column amount: "10000000000.01" is too large: at most 1,000,000,000,000 minor units.',
        ),
        (HEADER + GOOD + f"a,2,2027-01-02,{'9' * 5_000}\n", "log.csv: line 3, column amount"),
        (HEADER + GOOD + f"a,2,2027-01-02,{'9' * 200_000}\n", "log.csv: line 3, column amount"),
        (
            HEADER + GOOD + "\n" + "a,2,2027-01-02,5.00\na,2,2027-01-02,-5.01\n",
            'log.csv: line 4, column order: "2" is an order whose rows sum to less than zero; refunds cannot be '
            "replayed yet, so leave it out.",
        ),
        (
            HEADER + "a,1,2027-01-02,9000000000\n" * 2,
            'log.csv: line 2, column order: "1" is an order of more than 1,000,000,000,000 minor units; leave it out.',
        ),
        (
            HEADER + GOOD + " ,2,2027-01-02,1.00\n",
            'log.csv: line 3, column member: "" is empty, but it must be the member\'s id. Example: C-1042',
        ),
        (
            HEADER + GOOD + "a,,2027-01-02,1.00\n",
            'log.csv: line 3, column order: "" is empty, but it must be the order\'s id. Example: 100045',
        ),
        (
            HEADER + GOOD + "b,1,2027-01-03,1.00\n",
            'log.csv: line 3, column order: "1" has rows of two members, "a" and "b"; an order belongs to one.',
        ),
        (
            HEADER + GOOD + "a,2,2027-01-02\n",
            "log.csv: line 3: the number of values is 3, but of columns 4; a value that holds a comma must stand in "
            'quotes. Example: "Smith, J."',
        ),
        (
            HEADER + '"two\nlines",1,2027-01-02,1\n' + "a,2,2027-01-02,1,9\n",
            "log.csv: line 4: the number of values is 5",
        ),
        (HEADER.encode() + b"M\xfcller,1,2027-01-02,1\n", "log.csv: is not UTF-8 text; save it as UTF-8."),
        (b"M\xfc,order,timestamp,amount\n", "log.csv: is not UTF-8 text; save it as UTF-8."),
        (
            gzip.compress(HEADER.encode() + 999 * GOOD.encode(), mtime=0)[:-20],
            "log.csv: the gzipped file is damaged or ends",
        ),
        (b"\x1f\x8bnot really", "log.csv: the gzipped file is damaged or ends"),
        (
            HEADER + GOOD + 'a,2,2027-01-02,"1.00\n',
            "log.csv: line 3: a quotation mark opens here that is never closed.",
        ),
        (
            gzip.compress(('note,"a\nb",' + HEADER + "x,," + GOOD + 'x,,a,2,2027-01-02,"1.00').encode(), mtime=0),
            "log.csv: line 4: a quotation mark opens here that is never closed.",
        ),
    ],
)
def test_a_mistake_is_told(log_of: Callable, text: str | bytes, message: str) -> None:
    with pytest.raises(LogError, match=re.escape(message)) as caught:
        log_of(text)
    assert re.search(r"[\u4e00-\u9fff]", caught.value.text("zh"))


def test_an_open_quotation_mark_in_a_column_that_is_not_read(log_of: Callable) -> None:
    """Else it would swallow every row below it."""
    text = HEADER.replace("\n", ",note\n") + 'a,1,2027-01-02,1.00,"gift\n' + "a,2,2027-01-03,1.00,\n" * 9
    with pytest.raises(LogError, match="line 2: a quotation mark"):
        log_of(text)


def test_quotation_marks_that_are_closed_or_mean_inches(log_of: Callable) -> None:
    text = HEADER.replace("\n", ",note\n") + 'a,1,2027-01-02,"1.00",5" pipe\n"a","2",2027-01-03,1.00,"say ""hi"""'
    assert log_of(text).orders.size == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            HEADER + GOOD + "b,1,2027-01-03,1.00\n",
            'log.csv：第 3 行，order 列："1" 含有两名会员 "a" 和 "b" 的行；一笔订单只属于一名会员。',
        ),
        (
            HEADER + GOOD + "a,2,2027-01-02,1.005\n",
            'log.csv：第 3 行，amount 列："1.005" 比 CNY 的最小单位更细，该货币有 2 位小数。例如：19.90',
        ),
        (
            "member,oder,timestamp,amount\n" + GOOD,
            'log.csv：第 1 行：没有 "order" 这一列，只有 "member"、"oder"、"timestamp"、"amount"；'
            '请用 --order 指明正确的列。您是不是想写 --order "oder"？',
        ),
        (HEADER + GOOD + "\n,2,2027-01-02,1.00\n", "为空；须写明会员编号"),
    ],
)
def test_a_mistake_is_told_in_chinese(log_of: Callable, text: str, told: str) -> None:
    with pytest.raises(LogError) as caught:
        log_of(text)
    assert told in caught.value.text("zh")


STEEP = """title = "Steep"
extends = "baseline"
[[points.earn]]
on = "purchase"
per_unit = 1.2347
[[tiers.level]]
name = "diamond"
multiplier = 1.003
"""


def test_an_order_that_the_ledger_refuses_is_told(log_of: Callable, policy_of: Callable) -> None:
    policy = policy_of(STEEP)
    log = log_of(HEADER + "a,1,2027-01-02,20000\nb,2,2027-01-02,1\na,3,2027-01-03,9000000000.00\n", policy=policy)
    with pytest.raises(LogError) as caught:
        replay(policy, log)
    told = re.fullmatch(
        r'log.csv: order "3" of member "a" on 2027-01-03: is too large for these rules: its points or growth could '
        r"not be counted exactly; at most ([\d,]+\.\d\d) CNY in the member's tier\.",
        caught.value.text(),
    )
    assert told
    assert f"该会员所在等级最多 {told[1]}" in caught.value.text("zh")
    largest = told[1].replace(",", "")
    for amount, taken in ((largest, True), (f"{float(largest) + 0.01:.2f}", False)):
        log = log_of(HEADER + f"a,1,2027-01-02,20000\na,3,2027-01-03,{amount}\n", policy=policy)
        if taken:
            assert replay(policy, log).orders == 2
        else:
            with pytest.raises(LogError):
                replay(policy, log)


def test_orders_that_no_log_file_can_hold_are_told(log_of: Callable, baseline: Policy) -> None:
    log = log_of(HEADER + GOOD + "a,2,2027-01-03,2.00\n")
    log.orders.list_cents[1] = -1
    with pytest.raises(LogError, match='order "2" of member "a" on 2027-01-03: its amount is less than zero'):
        replay(baseline, log)
    log.orders.list_cents[1] = 1
    with pytest.raises(LogError, match='order "1" of member "a" on 2027-01-02: it comes before an earlier one'):
        replay(baseline, replace(log, orders=log.orders[::-1]))


@pytest.mark.parametrize(
    ("columns", "zone", "message"),
    [
        (
            Columns(amount="amount", amount_minor="amount"),
            None,
            "--amount: is for decimal money and --amount-minor for whole minor units; give one of them, not both.",
        ),
        (
            Columns(amount_minor="amount"),
            None,
            'log.csv: line 2, column amount: "1.00" must be a whole number of minor units, without a decimal point. '
            "Example: 1990",
        ),
        (Columns(amount="amout"), None, '; name the right one with --amount. Did you mean --amount "amount"?'),
        (
            None,
            "America/New_Yrok",
            '--log-time-zone = "America/New_Yrok": is not a time zone. Did you mean America/New_York? '
            "Example: --log-time-zone Asia/Shanghai",
        ),
        (None, "../etc/passwd", '--log-time-zone = "../etc/passwd": is not a time zone.'),
    ],
)
def test_a_wrong_option_is_told(log_of: Callable, columns: Columns | None, zone: str | None, message: str) -> None:
    with pytest.raises(LogError, match=re.escape(message)):
        log_of(HEADER + GOOD, columns, zone)


def test_a_close_before_the_first_order_is_told(log_of: Callable, baseline: Policy) -> None:
    log = log_of(HEADER + GOOD)
    with pytest.raises(LogError, match=r"log.csv: no order is on or before 2027-01-01; the first one is on 2027-01-02"):
        replay(baseline, log, as_of=date(2027, 1, 1))


def test_a_log_that_is_not_there(baseline: Policy, tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"none.csv: cannot be read \(no such file\)"):
        read_log(tmp_path / "none.csv", baseline)
    with pytest.raises(LogError, match=r"cannot be read \("):
        read_log(tmp_path, baseline)


def test_days_are_days_since_1970(log_of: Callable) -> None:
    assert log_of(HEADER + "a,1,1999-12-31,1\n").orders.day.tolist() == [day_of(date(1999, 12, 31))]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12.389999999999999", 1_239),
        ("1.9900000000000002", 199),
        ("1.776357e-15", 0),
        ("-2.2e-16", 0),
        ("1e3", 100_000),
        ("1.5E2", 15_000),
    ],
)
def test_residue_of_binary_arithmetic_is_seen_through(text: str, cents: int) -> None:
    """A table of numbers that a program has written: the amounts were whole cents before it added them."""
    assert minor_units(Currency("USD"))(text) == cents


@pytest.mark.parametrize("text", ["1.005", "0.010001", "1e-3", "1e", "e5", "9e999", "1" * 50 + ".0000000001"])
def test_what_is_no_amount_stays_none(text: str) -> None:
    assert not isinstance(minor_units(Currency("USD"))(text), int)
