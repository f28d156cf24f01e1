"""What the operator sees: tables first, then plain HTML of them, every text escaped and no script.

Words that come from elsewhere (a reason, a worker's name) may hold anything; they are shown, never read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from echoviz.core.catalog import text
from echoviz.core.experiment import Experiment
from echoviz.core.printing import print_count
from echoviz.engine.reports import ActiveReport, Incident, ServiceReport, WorkerReport

REFRESH_S = 5
_LONG = 40
"""Letters from which on a cell may break its lines; a phone moves the others sideways."""
_STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
body { margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem }
dt { opacity: .75 } dd { margin: 0 }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: start; padding: .25rem .9rem .25rem 0; vertical-align: top; white-space: nowrap }
th { opacity: .75; font-weight: 500; border-bottom: 1px solid }
td.long { white-space: normal; min-width: 20rem; overflow-wrap: anywhere }
"""


@dataclass(frozen=True)
class ServerFacts:
    """What the web server knows of itself; `memory_mb` is `None` where the system does not tell."""

    sessions: int
    uptime_s: float
    memory_mb: float | None


class Table(NamedTuple):
    """One heading, its columns, and rows of plain texts."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def list_facts(report: ServiceReport, server: ServerFacts, language: str) -> list[tuple[str, str]]:
    """The facts that stand above the tables, each with its name."""
    warmth = report.warmth
    since = describe_duration(warmth.elapsed_s, language)
    training = text(f"operator.training.{warmth.state}", language, since=since, reason=warmth.reason)
    facts = {
        "training": training,
        "sessions": print_count(server.sessions),
        "memory": _describe_memory(server.memory_mb, language),
        "uptime": describe_duration(server.uptime_s, language),
        "ended": print_count(report.ended),
    }
    return [(text(f"operator.fact.{name}", language), said) for name, said in facts.items()]


def make_tables(report: ServiceReport, language: str) -> tuple[Table, ...]:
    """Queue, workers and incidents."""
    columns = {
        "active": ("place", "experiment", "state", "since", "watchers", "restarts", "worker"),
        "workers": ("worker", "state", "tasks", "heard", "memory"),
        "incidents": ("ago", "what", "experiment", "reason"),
    }
    rows = {
        "active": [_describe_active(each, language) for each in report.active],
        "workers": [_describe_worker(each, language) for each in report.workers],
        "incidents": [_describe_incident(each, language) for each in report.incidents],
    }
    return tuple(
        Table(
            text(f"operator.table.{name}", language),
            tuple(text(f"operator.column.{column}", language) for column in columns[name]),
            tuple(rows[name]),
        )
        for name in columns
    )


def draw_page(facts: Sequence[tuple[str, str]], tables: Sequence[Table], language: str) -> str:
    """One page of HTML that the browser loads anew by itself; only texts vary, each escaped."""
    said = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    drawn = "".join(_draw_table(table, language) for table in tables)
    refreshed = escape(text("operator.refreshed", language, seconds=REFRESH_S))
    return (
        f'<!doctype html>\n<html lang="{escape(text("page.html_language", language))}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="{REFRESH_S}"><meta name="robots" content="noindex">'
        f"<title>{escape(text('operator.title', language))}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(text('operator.heading', language))}</h1>"
        f"<dl>{said}</dl>{drawn}<p>{refreshed}</p></body></html>\n"
    )


def describe_duration(seconds: float, language: str) -> str:
    """How long something took, in the two units that matter."""
    whole = max(0, math.floor(seconds))
    if whole < 60:
        return text("operator.duration.s", language, seconds=whole)
    if whole < 3600:
        return text("operator.duration.min", language, minutes=whole // 60, seconds=whole % 60)
    hours, minutes = print_count(whole // 3600), whole // 60 % 60
    return text("operator.duration.h", language, hours=hours, minutes=minutes)


def describe_experiment(experiment: Experiment | None) -> str:
    """The settings as they stand in a link."""
    return "" if experiment is None else " ".join(f"{k}={v}" for k, v in experiment.to_query().items())


def _describe_active(active: ActiveReport, language: str) -> tuple[str, ...]:
    return (
        "" if active.place is None else print_count(active.place + 1),
        describe_experiment(active.experiment),
        text(f"operator.state.{active.state}", language),
        describe_duration(active.since_s, language),
        print_count(active.watchers),
        print_count(active.restarts),
        active.worker,
    )


def _describe_worker(worker: WorkerReport, language: str) -> tuple[str, ...]:
    return (
        worker.name,
        text(f"operator.state.{'is_ready' if worker.is_ready else 'is_not_ready'}", language),
        text("operator.tasks", language, tasks=worker.tasks, hands=worker.hands),
        _describe_ago(worker.heard_s, language),
        _describe_memory(worker.memory_mb, language),
    )


def _describe_incident(incident: Incident, language: str) -> tuple[str, ...]:
    return (
        _describe_ago(incident.ago_s, language),
        text(f"operator.what.{incident.what}", language),
        describe_experiment(incident.experiment),
        incident.reason,
    )


def _describe_ago(seconds: float, language: str) -> str:
    """What never was is infinitely long ago."""
    if not math.isfinite(seconds):
        return text("operator.unknown", language)
    return text("operator.ago", language, duration=describe_duration(seconds, language))


def _describe_memory(megabytes: float | None, language: str) -> str:
    if megabytes is None:
        return text("operator.unknown", language)
    return text("operator.megabytes", language, count=print_count(round(megabytes)))


def _draw_table(table: Table, language: str) -> str:
    heading = f"<h2>{escape(table.heading)}</h2>"
    if not table.rows:
        return f"{heading}<p>{escape(text('operator.nothing', language))}</p>"
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(f"<tr>{''.join(map(_draw_cell, row))}</tr>" for row in table.rows)
    region = f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.heading)}">'
    return f"{heading}{region}<table><tr>{head}</tr>{rows}</table></div>"


def _draw_cell(cell: str) -> str:
    kind = ' class="long"' if len(cell) > _LONG else ""
    return f"<td{kind}>{escape(cell)}</td>"
