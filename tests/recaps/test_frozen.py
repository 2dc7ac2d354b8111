"""What is posted is what was frozen: later changes to items change neither the snapshot nor a second look at it."""

from datetime import UTC, datetime

from bot.blocks.recap import recap_text
from bot.domain.words import Effect, Kind
from bot.services.recap import PreviewRecap, draw, post_due_recaps, preview_recap
from bot.services.revise import TakeBack, take_back
from db.models import Run
from tests.recaps.conftest import NEWS, RECAP_POLICY
from tests.recaps.independent import figures_of, recount
from tests.recaps.test_figures import BEGINS, ENDS, OCTOBER
from tests.services.bench import ANA, BEN, Bench, everything_stored

DUE = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


def test_the_posted_recap_is_drawn_from_its_snapshot(bench: Bench) -> None:
    taken = bench.capture("Acme", kind=Kind.NUGGET)
    bench.capture("Acme too", BEN, Kind.NUGGET)
    ask = bench.capture("invoices")
    bench.decide(ask.item_id, Effect.PLAN)
    bench.now = DUE
    assert bench.run(post_due_recaps, bench.team_id) == [OCTOBER]
    (run,) = bench.rows(Run)
    url = bench.engine.url.render_as_string(hide_password=False)
    assert figures_of(run.snapshot) == recount(url, BEGINS, ENDS, bench.team_id)
    assert (run.window_from, run.window_to, run.due_at) == (BEGINS, ENDS, DUE)
    (post,) = bench.outbox(purpose="recap")
    view = bench.run(preview_recap, PreviewRecap(bench.team_id, OCTOBER))
    assert (post.channel_id, post.kind) == (NEWS, "post")
    assert post.payload["text"] == draw(view).text
    assert post.payload["blocks"] == draw(view).blocks
    assert "2 people shared 2 pieces of intel; 1 of 1 ask got an answer" in recap_text(view)
    bench.run(take_back, TakeBack(bench.team_id, taken.report_id, ANA))
    bench.decide(ask.item_id, Effect.ACCEPT)
    assert bench.run(preview_recap, PreviewRecap(bench.team_id, OCTOBER)) == view
    assert bench.rows(Run)[0].snapshot == run.snapshot


def test_a_preview_writes_nothing_and_shows_what_will_be_posted(bench: Bench) -> None:
    bench.capture("Acme", kind=Kind.NUGGET)
    bench.capture("invoices")
    before = everything_stored(bench)
    preview = bench.run(preview_recap, PreviewRecap(bench.team_id, OCTOBER))
    for label in ("2026-09", "2027-05"):
        bench.run(preview_recap, PreviewRecap(bench.team_id, label))
    assert everything_stored(bench) == before
    bench.now = DUE
    bench.run(post_due_recaps, bench.team_id)
    assert bench.run(preview_recap, PreviewRecap(bench.team_id, OCTOBER)) == preview


def test_both_databases_order_areas_alike(bench: Bench) -> None:
    for words in ("SSO", "invoices", "dark mode"):
        bench.capture(words)
    view = bench.run(preview_recap, PreviewRecap(bench.team_id, OCTOBER))
    assert [area.area for area in view.areas] == ["Billing", "Login", None]
    assert RECAP_POLICY.recap.channel_ids == (NEWS,)
