"""The calendar's routes: its page, and what its scripts ask for."""

from fastapi import APIRouter

from openchair.web.console.calendar import (
    blocks,
    board,
    live,
    moves,
    page,
    statuses,
    visit_drawer,
    walk_in,
)

router = APIRouter()
for part in (page, visit_drawer, board, live, moves, statuses, blocks, walk_in):
    router.include_router(part.router)
