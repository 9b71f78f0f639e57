"""How the story of a correlation id is shown: `explain correlation` and `logs --correlation`."""

from dataclasses import asdict

import typer
from rich.text import Text

from openchair.cli.looking import House, on_house
from openchair.cli.reading import reading
from openchair.cli.work import err, out, print_json
from openchair.operations.logs.story import Story, tell_story

STYLES = {"request": "bold", "error": "red", "alert": "yellow", "incident": "yellow"}


def tell_correlation(*, correlation_id: str, as_json: bool) -> None:
    """Print the whole story; the command ends with 1 when nothing is known of the id."""

    async def work(house: House) -> Story:
        with reading(shown=not as_json) as hear:
            return await tell_story(
                house.database, folder=house.logs, correlation_id=correlation_id, hear=hear
            )

    story = on_house(work)
    if as_json:
        print_json(asdict(story))
    else:
        _show(story)
    raise typer.Exit(0 if story.happenings else 1)


def _show(story: Story) -> None:
    if story.missing:
        err.print(Text(f"From the log only. {story.missing}", style="yellow"))
    if not story.happenings:
        begins = (
            f" The log begins at {story.log_begins:%Y-%m-%d %H:%M}." if story.log_begins else ""
        )
        err.print(Text(f"Nothing is known of {story.correlation_id}.{begins}"))
        return
    first = story.happenings[0].at
    out.print(Text(f"{story.correlation_id}  from {first:%Y-%m-%d %H:%M:%S} UTC", style="bold"))
    for each in story.happenings:
        after = (each.at - first).total_seconds()
        line = Text(f"  {each.at:%H:%M:%S.%f}"[:-3])
        line.append(f"  +{after:>9.3f} s  ", style="dim")
        line.append(f"{each.kind:<9}", style=STYLES.get(each.kind, "cyan"))
        line.append(each.words).append(f"  {each.source}", style="dim")
        out.print(line, soft_wrap=True)
    if not story.is_whole:
        err.print("There is more than is shown: 2,000 entries are the most.", style="yellow")
