"""What people may ask of the site: to save a page, to take one down, to be kept up; and the operator's pages."""

from __future__ import annotations

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from snapshotter.desk.tokens import PATTERN
from snapshotter.web.context import Context
from snapshotter.web.doors.feeds.feed import TYPES
from snapshotter.web.people.counter import Counter
from snapshotter.web.people.following import Following
from snapshotter.web.people.operator import DECIDE, SIGN_IN, SIGN_OUT, Operator
from snapshotter.web.people.rules import SiteRules
from snapshotter.web.people.save import Saves
from snapshotter.web.people.subscribe import Subscribing
from snapshotter.web.people.takedown import Takedowns


class _Token(StringConvertor):
    """Anything else is no such page before it touches anything."""

    regex = PATTERN


class _FeedKind(StringConvertor):
    regex = "|".join(TYPES)


register_url_convertor("token", _Token())
register_url_convertor("feed_kind", _FeedKind())


PLACES = (
    *("/subscribe", "/me/{rest:path}", "/feed/me/{rest:path}", "/confirm/{rest:path}", "/stop/{rest:path}"),
    *("/takedown", "/takedown/{rest:path}", "/takedowns", "/operator", "/operator/{rest:path}"),
    *("/save", "/save/{rest:path}", "/api/capture", "/api/capture/{rest:path}"),
)
"""All that begins an address of this room."""


def routes(context: Context) -> list[BaseRoute]:
    """The addresses of this room; where the archive's ``site.db`` can't be used, 503 at each: nothing is gone."""
    if context.house.desk is None:
        return [Route(path, _closed, methods=["GET", "POST"]) for path in PLACES]
    counter = Counter(context, context.house.desk)
    takedowns, operator = Takedowns(counter), Operator(counter)
    rules = SiteRules(counter, operator)
    saving = _saving(Saves(counter)) if context.house.rules.saves_pages else []
    return [
        *saving,
        *_subscribing(Subscribing(counter)),
        *_following(Following(counter)),
        Route("/takedown", takedowns.ask),
        Route("/takedown", takedowns.send, methods=["POST"]),
        Route("/takedown/{token:token}", takedowns.follow),
        Route("/takedowns", takedowns.log),
        Route("/operator", operator.queue),
        Route("/operator/sources", operator.sources),
        Route("/operator/rules", rules.all),
        Route("/operator/rules/{name}", rules.one),
        Route(SIGN_IN, operator.door),
        Route(SIGN_IN, operator.sign_in, methods=["POST"]),
        Route(SIGN_OUT, operator.sign_out, methods=["POST"]),
        Route(DECIDE, operator.decide, methods=["POST"]),
    ]


async def _closed(_: Request) -> Response:
    raise HTTPException(503, headers={"Retry-After": "3600"})


def _saving(saves: Saves) -> list[BaseRoute]:
    return [
        Route("/save", saves.form),
        Route("/save", saves.send, methods=["POST"]),
        Route("/save/{id:token}", saves.progress),
        Route("/api/capture", saves.api_send, methods=["POST"]),
        Route("/api/capture/{id:token}", saves.api_status),
    ]


def _subscribing(subscribing: Subscribing) -> list[BaseRoute]:
    return [
        Route("/subscribe", subscribing.form),
        Route("/subscribe", subscribing.begin, methods=["POST"]),
        Route("/me/{token:token}", subscribing.mine),
        Route("/me/{token:token}/change", subscribing.change_form),
        Route("/me/{token:token}/change", subscribing.change, methods=["POST"]),
        Route("/me/{token:token}/end", subscribing.end, methods=["POST"]),
        Route("/feed/me/{token:token}.{kind:feed_kind}", subscribing.feed),
    ]


def _following(following: Following) -> list[BaseRoute]:
    return [
        Route("/me/{token:token}/follow", following.add, methods=["POST"]),
        Route("/me/{token:token}/unfollow", following.end, methods=["POST"]),
        Route("/confirm/{token:token}", following.confirmation),
        Route("/confirm/{token:token}", following.confirm, methods=["POST"]),
        Route("/stop/{token:token}", following.stopping),
        Route("/stop/{token:token}", following.stop, methods=["POST"]),
    ]
