"""One `Story` is one citizen's life with care at one municipality, told day by day; who moves goes on as another."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from orchestration.synthetic.nation import turns
from orchestration.synthetic.nation.events import events
from orchestration.synthetic.nation.lives import Life
from orchestration.synthetic.nation.needs import Group, Living, Walk, walk
from orchestration.synthetic.nation.paths import paths
from orchestration.synthetic.nation.plan import Plan
from orchestration.synthetic.nation.population import Person
from orchestration.synthetic.nation.record import Record, record_key
from orchestration.synthetic.nation.slips import slips
from orchestration.synthetic.nation.sources import Source

HandedOn = tuple[int, dict[str, str]]
"""The day on which something was moved from one record to the next, and its ids by name."""
LONGEST_BEFORE = 900
"""Days before the period on which a path without end may have begun."""
MOST_NEWCOMERS = 0.5


@dataclass
class Story:
    """`paths`: names joined by a plus. `opened`: day number. `moved_from`: the municipality code it goes on from."""

    life: Life
    fate: turns.Fate
    paths: str
    opened: int
    moved_from: str | None = None

    @property
    def record(self) -> Record:
        return self.life.record


def story(person: Person, source: Source, plan: Plan, handed_on: HandedOn | None = None) -> Story:
    """The citizen's life where he or she lives at first; with what was written about it in the record of the one before."""
    rng = Random(f"{plan.seed}/{person.municipality.code}/{person.number}")
    happening = events()
    walks, taken = [_walk(person, plan, rng, set())], set[str]()
    if happening.second_path.happens(rng):
        taken = {title for living in walks[0].members() for title in _titles(living)}
        second = _walk(person, plan, rng, taken)
        walks += [second] if second.name != walks[0].name and second.groups else []
    opened = max(0, min(each.begins for each in walks))
    record = Record(person, source, plan.start, opened, record_key(person, source, plan.seed))
    made = Story(Life(record, walks, plan, rng), turns.Fate(), "+".join(each.name for each in walks), opened)
    made.life.begin(opened)
    _turns(made, plan, rng)
    if handed_on is not None:
        turns.takes_over(made.life, handed_on)
    return made


def goes_on(before: Story, to: Source, plan: Plan) -> Story | None:
    """The same citizen where he or she has moved to; None when nothing is opened there in the period."""
    person, moved = before.record.person, before.fate.moved
    assert moved is not None
    rng = Random(f"{plan.seed}/{person.municipality.code}/{person.number}/moved")
    opened = moved + events().move.delay(rng)
    if opened >= plan.days:
        return None
    walks = [_again(each) for each in before.life.walks if each.ends is None or each.ends > opened]
    walks = [each for each in walks if each.groups]
    if not walks:
        return None
    record = Record(person, to, plan.start, opened, record_key(person, to, plan.seed))
    if events().keeps_ids.happens(rng):
        written = before.record.entries
        names = [living.name for each in walks for living in each.members() if living.name in written]
        record.given_ids = {name: written[name].id for name in names}
    made = Story(Life(record, walks, plan, rng), turns.Fate(), before.paths, opened, person.municipality.code)
    made.life.begin(opened)
    if to.changed_on is not None and to.changed_on > opened:
        turns.another_system(made.life, to.changed_on)
    return made


def _walk(person: Person, plan: Plan, rng: Random, taken: set[str]) -> Walk:
    """A path that fits the age, begun before the period or in it."""
    fitting = [(name, path) for name, path in paths().items() if path.ages[0] <= person.age <= path.ages[1]]
    fitting = fitting or list(paths().items())
    name, path = rng.choices(fitting, [path.share for _, path in fitting])[0]
    length = rng.randint(*path.lasts) if path.lasts else None
    newcomers = min(events().newcomers.per_year * plan.days / 365, MOST_NEWCOMERS)
    if path.lasts:  # short paths are begun anew all the time
        newcomers = max(newcomers, min(plan.days / (plan.days + path.lasts[1]), MOST_NEWCOMERS))
    begins = rng.randrange(plan.days) if rng.random() < newcomers else -rng.randrange(1, length or LONGEST_BEFORE)
    return walk(name, path, begins, None if length is None else begins + length, rng, set(taken))


def _titles(living: Living) -> Iterator[str]:
    code = living.need.condition
    yield from (title for title in (code.both, code.now, code.before) if title)


def _turns(made: Story, plan: Plan, rng: Random) -> None:
    """What else comes to this citizen in the period."""
    happening, life, opened = events(), made.life, made.opened
    left = plan.days - opened
    dying = next((each for each in life.walks if each.path.ends == "death"), None)
    mortality = max(each.path.mortality for each in life.walks)
    chance, when = rng.random(), rng.randrange(1, left + 1)
    if dying is not None and dying.ends is not None:
        turns.death(life, made.fate, dying.ends)
    elif chance < mortality * left / 365:
        turns.death(life, made.fate, opened + when)
    if happening.wrong_entry.happens(rng):
        turns.wrong_entry(life, opened + rng.randrange(1, left + 1))
    if happening.wrong_record.happens(rng):
        turns.wrong_record(life, made.fate, opened + rng.randrange(1, left + 1))
    if happening.by_mistake.happens(rng):
        turns.by_mistake(life, made.fate, opened + happening.by_mistake.delay(rng))
    elif happening.move.happens(rng):
        turns.move(life, made.fate, opened + rng.randrange(1, left + 1))
    slips(life, opened)
    if life.source.changed_on is not None and life.source.changed_on > opened:
        turns.another_system(life, life.source.changed_on)


def _again(before: Walk) -> Walk:
    """What of a path is still there, as the next municipality finds it."""
    groups: list[Group] = []
    for group in before.groups:
        members = [Living(each.name, each.need, each.begins, each.ends, each.level) for each in group.members]
        groups.append(Group(group.name, members))
    return Walk(before.name, before.path, before.begins, before.ends, groups, list(before.acts))
