"""Columns that say when, by what is written in them: days of the week, months, hours, dates."""

import re

import pandas as pd

_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
        january february march april may june july august september october november december
        jan feb mar apr jun jul aug sep oct nov dec
        lunes martes miercoles miércoles jueves viernes sabado sábado domingo
        enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
        segunda terça quarta quinta sexta janeiro fevereiro março maio junho julho setembro
        outubro novembro dezembro
        """,
    )
)
_WRITTEN = re.compile(
    r"\d{1,2}(:\d\d)?\s*-\s*\d{1,2}(:\d\d)?"  # 07-10, the hours between
    r"|\d{1,2}:\d\d(:\d\d)?"  # 07:10
    r"|(19|20)\d\d([-/]\d{1,2}){1,2}([ t].*)?"  # 2017-03, 2017-03-01
    r"|\d{1,2}[-/]\d{1,2}[-/](19|20)?\d\d"  # 01/03/2017
    r"|(19|20)\d\d"  # 2017
)
_MOST = 0.95


def says_when(column: "pd.Series[str]") -> bool:
    """Whether nearly every value, each counted once, is a day, a month, an hour or a date."""
    values = column.dropna().str.strip().str.lower()
    distinct = values[values != ""].unique()
    if len(distinct) < 2:
        return False
    timely = [value in _WORDS or _WRITTEN.fullmatch(value) is not None for value in distinct]
    return sum(timely) / len(timely) >= _MOST
