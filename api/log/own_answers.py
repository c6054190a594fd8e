"""Read back what a clinic's own assessments answered and what was said of them since.

Row-level security shows the service the rows of the clinic it has declared, and its rights cover
neither what was asked nor who asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from warehouse.connection import connect, speaking_plainly
from warehouse.settings import Settings

_PATIENCE_SECONDS = 2
# A page is asked for by nobody who waits with a patient; a search through years may take this long.
_SEARCH_SECONDS = 10

_QUERY = """
with

own as (
    select assessment_id, created_at, answer -> 'answers' as answers
    from serving.assessments
    where
        clinic = %(clinic)s
        and (%(moment)s::timestamptz is null
            or (created_at, assessment_id) < (%(moment)s::timestamptz, %(last)s::uuid))
        and (%(problem)s::text is null or answer @> jsonb_build_object(
            'answers', jsonb_build_array(jsonb_build_object('problem', %(problem)s::text))
        ))
),

-- A later word on the same question replaces the one before, as for the labels that dbt makes.
told as (
    select
        own.assessment_id,
        own.created_at,
        own.answers,
        coalesce(said.words, '{}') as words,
        coalesce(said.is_told, false) as is_told
    from own
    cross join lateral (
        select
            jsonb_object_agg(last_words.problem, to_jsonb(last_words)) as words,
            bool_or(
                last_words.verdict in ('confirmed', 'overridden')
                and last_words.answer_code is not null
                and (%(problem)s::text is null or last_words.problem = %(problem)s::text)
            ) as is_told
        from (
            select distinct on (f.problem) f.problem, f.verdict, f.answer_code, f.created_at
            from serving.feedback as f
            where f.assessment_id = own.assessment_id and f.clinic = %(clinic)s
            order by f.problem, f.created_at desc, f.feedback_id desc
        ) as last_words
    ) as said
),

final as (
    select assessment_id, created_at, answers, words
    from told
    where not (%(awaiting)s and is_told)
    order by created_at desc, assessment_id desc
    limit %(limit)s
)

select * from final
"""


@dataclass(frozen=True)
class Asked:
    """Which of a clinic's rows, at most how many, and after which one (its moment and id)."""

    clinic: str
    awaiting: bool
    problem: str | None
    limit: int
    after: tuple[datetime, UUID] | None


@dataclass(frozen=True)
class OwnAnswer:
    """One row of the log: what was answered, and the last word on each question."""

    assessment_id: UUID
    created_at: datetime
    answers: list[dict[str, Any]]
    words: Mapping[str, Mapping[str, Any]]


def read(settings: Settings, asked: Asked) -> list[OwnAnswer]:
    """The rows asked for, the newest first; raises `SemiaError` where they cannot be read."""
    moment, last = asked.after or (None, None)
    values = {
        "clinic": asked.clinic,
        "awaiting": asked.awaiting,
        "problem": asked.problem,
        "limit": asked.limit,
        "moment": moment,
        "last": last,
    }
    with (
        speaking_plainly("the log"),
        connect("semia_api", settings, connect_timeout=_PATIENCE_SECONDS) as connection,
    ):
        # Before the first statement: a search that takes too long ends on the server too.
        connection.execute(f"set local statement_timeout = '{_SEARCH_SECONDS}s'")
        connection.execute("select set_config('semia.clinic', %s, true)", [asked.clinic])
        return (
            connection.cursor(row_factory=class_row(OwnAnswer)).execute(_QUERY, values).fetchall()
        )
