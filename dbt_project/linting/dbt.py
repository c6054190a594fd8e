"""What sqlfluff is told where dbt would write SQL for the database at hand."""


def type_string() -> str:
    """The type of a text."""
    return "text"


def split_part(text: str, delimiter: str, part: int) -> str:
    """A part of a text."""
    return f"split_part({text}, {delimiter}, {part})"


def bool_or(expression: str) -> str:
    """True if one is true."""
    return f"bool_or({expression})"


def listagg(measure: str, separator: str, order_by: str) -> str:
    """As dbt does it on PostgreSQL."""
    return f"string_agg({measure}, {separator} {order_by})"


def dateadd(datepart: str, interval: int, from_date_or_timestamp: str) -> str:
    """A moment so much later."""
    return f"{from_date_or_timestamp} + interval '{interval} {datepart}'"


def date_trunc(datepart: str, date: str) -> str:
    """The start of the day, month or year that a moment lies in."""
    return f"date_trunc('{datepart}', {date})"
