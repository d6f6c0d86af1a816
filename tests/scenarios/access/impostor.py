"""Several people on two channels, one of them dishonest, who do everything that joins, parts and lets in, in any order.

Every account is some human being's. Honest ones say yes only to their own name, and confirm only what they did
themselves; who has a role says yes to whatever they opened, for the bot guards a role. The dishonest one opens every
link and code they ever saw, presses every button there is with any number, takes any name, and says yes to everything.
Now and then they talk an honest one into saying yes on both sides: that can be taken apart, and is before the end.
``stolen`` tells whether anybody ended up with what is not theirs.
"""

import asyncio
import itertools
import random
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import View
from handlers.inbound.events import EnteredByLink, FormOpened, Pressed, Submitted
from handlers.inbound.results import to_say
from storage.conversations import drafts
from storage.database.unit_of_work import Store
from storage.models import (
    InvitationProposal,
    JoinedAccount,
    LinkClaim,
    Person,
)
from storage.people import people
from storage.people.profiles import Profile
from tests.scenarios.access.humans import Holdings, Human, bring_in, holdings, request
from tests.scenarios.doorway import DOOR, NO, SLACK, TELEGRAM, YES, Doorway

_events = itertools.count(1)
_TOKEN = re.compile(re.escape(DOOR) + r"([A-Za-z0-9_-]+)")

Step = Callable[[], Coroutine[Any, Any, None]]


class World:
    """``seed`` decides everything that happens. ``dishonest`` is who plays false."""

    def __init__(self, store: Store, seed: int) -> None:
        self.door = Doorway(store)
        self._random = random.Random(seed)
        self.log: list[str] = []
        self._seen: list[str] = []
        self._whose: dict[int, str] = {}
        self._roles: dict[str, set[str]] = {}
        self.humans = [*self._people()]
        self.dishonest = self._random.choice([one for one in self.humans if one.name != "Tess"])
        self._tricked: set[int] = set()
        self.joined = self.parted = 0
        often: Mapping[Step, int] = {
            self._show: 4, self._use: 6, self._answer: 2, self._confirm: 5, self._refuse: 1, self._expire: 1,
            self._propose: 1, self._vouch: 2, self._import: 1, self._import_reached: 1, self._apart: 2, self._ask: 3,
            self._type: 9, self._cheat: 2, self._forge: 2, self._rename: 1, self._trick: 2, self._link: 4,
            self._invite: 2,
        }  # fmt: skip
        self._steps = [step for step, times in often.items() for _ in range(times)]

    def _people(self) -> Iterator[Human]:
        door = self.door
        known = (("Tess", door.team, None), ("Bas", door.builder, None), ("Fien", door.facilitator, "fien@gov.example"))
        for name, person_id, email in known:
            self._whose[person_id] = name
            yield self._human(name, person_id, email, in_slack=name != "Fien" or self._random.random() < 0.5)
        self._roles |= {"Tess": {"team"}, "Bas": {"builder"}, "Fien": {"facilitator"}}
        self.awaited = door.person("Vera", email="vera@gov.example", unit_id=door.unit)
        self._whose[self.awaited] = "Vera"
        with door.store.begin() as uow:
            uow.add(request(self.awaited, door.unit, "Vera", door.clock.now()))
        vera = Human("Vera", "vera@gov.example")
        vera.accounts[TELEGRAM] = door.nobody(TELEGRAM, "T-Vera", "Vera")
        yield vera
        for name in ("Anna", "Eve"):
            email = f"{name.lower()}@gov.example" if self._random.random() < 0.7 else None
            person_id = door.person(name, email=email, unit_id=door.unit)
            self._whose[person_id] = name
            yield self._human(name, person_id, email, in_slack=True)

    def _human(self, name: str, person_id: int, email: str | None, *, in_slack: bool) -> Human:
        human = Human(name, email)
        if in_slack:
            human.accounts[SLACK] = self.door.at(SLACK, f"U-{name}", person_id)
        if self._random.random() < 0.5:
            other = self.door.person(f"{name} op de telefoon")
            self._whose[other] = name
            human.accounts[TELEGRAM] = self.door.at(TELEGRAM, f"T-{name}", other)
        else:
            human.accounts[TELEGRAM] = self.door.nobody(TELEGRAM, f"T-{name}", name)
        return human

    async def play(self, steps: int) -> list[str]:
        """Take so many steps; gives what went wrong after any of them, as soon as something did."""
        for _ in range(steps):
            before = {row.id for row in self.door.rows(JoinedAccount)}
            await self._random.choice(self._steps)()
            self._notice(before)
            if wrong := [*self.stolen()]:
                return [*self.log[-25:], *wrong]
        await self._part_all()
        return [*self.log[-25:], *wrong] if (wrong := [*self.stolen()]) else []

    def _notice(self, before: set[int]) -> None:
        """What is made from an account that somebody was talked into sharing is no more honest than that."""
        now = self.door.rows(JoinedAccount)
        self.joined += len({row.id for row in now} - before)
        self.parted += len(before - {row.id for row in now})
        shared = {row.person_id for row in now if row.id in self._tricked}
        self._tricked |= {row.id for row in now if row.person_id in shared}
        self._tricked &= {row.id for row in now}

    async def _part_all(self) -> None:
        """Take apart whatever somebody was talked into, in any order, from whichever side."""
        while self._tricked:
            one = self._random.choice(sorted(self._tricked))
            before = {row.id for row in self.door.rows(JoinedAccount)}
            for _, _, actor in self._accounts():
                await self._press(actor, f"link.part:{one}:0")
            self._note(f"{one} is taken apart")
            self._notice(before)
            assert one not in self._tricked, "either side can take it apart"

    def stolen(self) -> Iterator[str]:
        """Who has what is somebody else's: a role, a request, or words they did not write."""
        rows = holdings(self.door.store)
        shared = {row.person_id for row in rows.joinings if row.id in self._tricked}
        whose = {(row.channel, row.address): row.person_id for row in rows.addresses}
        for human, channel, actor in self._accounts():
            person = rows.people.get(whose.get((channel, actor.sender.address), 0))
            if person is not None and person.active and person.id not in shared:
                yield from self._stolen_by(human, person, rows)

    def _stolen_by(self, human: Human, person: Person, rows: Holdings) -> Iterator[str]:
        has = {name for name, there in rows.roles(person).items() if there}
        if has - self._roles.get(human.name, set()):
            yield f"{human.name} has the role {sorted(has)}"
        if self._whose.get(person.id, human.name) != human.name:
            yield f"{human.name} is {person.name}, who is {self._whose[person.id]}"
        for row in rows.requests:
            if row.requester_id == person.id and row.confidential_note != human.name:
                yield f"{human.name} has the request of {row.confidential_note}"
        names = {one.name for one in self.humans} - {human.name}
        for draft in rows.drafts:
            if draft.person_id == person.id and (written := names.intersection(draft.answers.values())):
                yield f"{human.name} has the words of {sorted(written)}"

    def _accounts(self) -> Iterator[tuple[Human, str, SimulatedPerson]]:
        for human in self.humans:
            for channel, actor in human.accounts.items():
                yield human, channel, actor

    def _somebody(self) -> tuple[Human, str, SimulatedPerson]:
        return self._random.choice([*self._accounts()])

    def _known(self, actor: SimulatedPerson) -> Person | None:
        return self.door.person_at(actor)

    def _note(self, words: str) -> None:
        self.log.append(words)

    def _see(self, view: View | None) -> None:
        """Whatever is shown to anybody, the dishonest one has seen, but for what is told to a vouching member alone."""
        if view is None:
            return
        self._seen += [button.action.pack() for button in view.buttons]
        self._seen += [f"link_{value.replace('-', '')}" for label, value in view.facts if label == "Code"]

    async def _show(self) -> None:
        human, channel, actor = self._somebody()
        if self._known(actor) is None:
            return
        view = await actor.say("link")
        self._see(view)
        code = dict(view.facts).get("Code", "") if view else ""
        human.code = code.replace("-", "")
        self._note(f"{human.name} shows a code in {channel}: {human.code}")

    async def _use(self) -> None:
        """Somebody brings the newest code they know of: their own from the other side, or one that was passed round."""
        human, channel, actor = self._somebody()
        codes = [one.code for one in self.humans if one.code]
        if not codes:
            return
        code = human.code if human.code and self._random.random() < 0.6 else self._random.choice(codes)
        self._note(f"{human.name} brings {code} in {channel}")
        if self._known(actor) is None or self._random.random() < 0.5:
            await self._come(actor, f"link_{code}")
        else:
            self._see(await actor.say(f"link {code}"))
        if human is self.dishonest or code == human.code or self._is_guarded(actor):
            await self._say_yes(human, actor, code)

    async def _say_yes(self, human: Human, actor: SimulatedPerson, code: str) -> None:
        if self._known(actor) is None:
            view = await self._come(actor, f"link_{code}", sure=True)
        else:
            view = await self._press(actor, f"link.sure:0:0:{code}")
        if view is not None and "Bijna klaar" in view.text:
            human.used = code

    async def _come(self, actor: SimulatedPerson, token: str, *, sure: bool = False) -> View | None:
        came = EnteredByLink(f"came-{next(_events)}", actor.sender, token, Profile(actor.name, language="nl"), sure)
        actor.screen = to_say(await self.door.router.handle(came))
        self._see(actor.screen)
        return actor.screen

    async def _press(self, actor: SimulatedPerson, packed: str) -> View | None:
        if self._known(actor) is None:
            return None
        view = await actor.send_action(packed)
        self._see(view)
        return view

    async def _link(self) -> None:
        """Somebody links their own two accounts, and may stop on the way."""
        human = self._random.choice(self.humans)
        if len(human.accounts) == 2:
            shows, uses = self._random.sample([*human.accounts.values()], 2)
            await self._through(human, shows, human, uses, stops=0.3)

    async def _trick(self) -> None:
        """The dishonest one talks somebody into joining with them, either way round."""
        other = self._random.choice([one for one in self.humans if one is not self.dishonest])
        mine, theirs = (self._random.choice([*one.accounts.values()]) for one in (self.dishonest, other))
        before = {row.id for row in self.door.rows(JoinedAccount)}
        guarded = self._is_guarded(theirs)
        if self._random.random() < 0.5:
            await self._through(self.dishonest, mine, other, theirs)
        else:
            guarded = False
            await self._through(other, theirs, self.dishonest, mine)
        if not guarded:
            self._tricked |= {row.id for row in self.door.rows(JoinedAccount)} - before

    def _is_guarded(self, actor: SimulatedPerson) -> bool:
        """Whether the bot keeps whoever uses this account from giving a role away by a yes."""
        person = self._known(actor)
        return person is not None and any(holdings(self.door.store).roles(person).values())

    async def _invite(self) -> None:
        """Somebody whom the programme knows is invited, and the link comes into the right hands or the wrong ones."""
        vera = next(one for one in self.humans if one.name == "Vera")
        human = self._random.choice([vera, self.dishonest])
        actor = self._random.choice([*human.accounts.values()])
        before = {row.id for row in self.door.rows(JoinedAccount)}
        if not self._is_awaited():
            return
        token = self.door.invitation(self.awaited)
        await self._come(actor, token)
        await self._come(actor, token, sure=True)
        made = {row.id for row in self.door.rows(JoinedAccount)} - before
        self._note(f"{human.name} opens the invitation of Vera at {actor.sender.channel}: {made}")
        if human is not vera:
            self._tricked |= made

    def _is_awaited(self) -> bool:
        with self.door.store.read() as uow:
            person = uow.find(Person, self.awaited)
            return person is not None and not people.addresses(uow, self.awaited)

    async def _through(
        self, one: Human, shows: SimulatedPerson, other: Human, uses: SimulatedPerson, *, stops: float = 0
    ) -> None:
        """A code is shown, used and confirmed."""
        if self._known(shows) is None:
            return
        view = await shows.say("link")
        code = dict(view.facts).get("Code", "").replace("-", "") if view else ""
        self._note(f"{one.name} at {shows.sender.channel} and {other.name} at {uses.sender.channel} link with {code}")
        if not code or self._random.random() < stops:
            return
        await self._say_yes(other, uses, code)
        if self._random.random() < stops:
            return
        owner = self._known(shows)
        for claim in self.door.rows(LinkClaim):
            if owner is not None and claim.owner_id == owner.id:
                await self._press(shows, f"link.join:{claim.id}:0")

    async def _answer(self) -> None:
        """Somebody answers the question in front of them, by their own name alone where they are honest."""
        human, _, actor = self._somebody()
        labels = [button.label for button in actor.screen.buttons] if actor.screen else []
        if YES not in labels or actor.screen is None or self._known(actor) is None:
            return
        mine = f"van {human.name}" in actor.screen.text or f"voor {human.name}." in actor.screen.text
        yes = human is self.dishonest or mine
        self._note(f"{human.name} says {'yes' if yes else 'no'} to: {actor.screen.text[:60]}")
        self._see(await actor.press(YES if yes else NO if NO in labels else "Nee"))

    async def _confirm(self) -> None:
        await self._decide(honestly=True)

    async def _refuse(self) -> None:
        await self._decide(honestly=False)

    async def _decide(self, *, honestly: bool) -> None:
        """Answer for those who showed a code whether that was them: they know whether they used it themselves."""
        await self.door.deliver()
        for claim in self.door.rows(LinkClaim):
            for human, channel, actor in self._accounts():
                person = self._known(actor)
                if person is None or person.id != claim.owner_id:
                    continue
                account = human.accounts.get(claim.channel)
                own = account is not None and claim.address == account.sender.address
                yes = honestly and (own or human is self.dishonest)
                self._note(
                    f"{human.name} says {'yes' if yes else 'no'} to {claim.name} of {claim.channel} in {channel}"
                )
                await self._press(actor, f"link.{'join' if yes else 'deny'}:{claim.id}:0")
                return

    async def _expire(self) -> None:
        self._note("time passes")
        self.door.passes(timedelta(minutes=self._random.choice((1, 11, 60))))
        await self.door.tick()

    async def _propose(self) -> None:
        bas = next(one for one in self.humans if one.name == "Bas").accounts[SLACK]
        with self.door.store.read() as uow:
            wanted = [one.id for one in uow.db.exec(select(Person).where(Person.unit_id == self.door.unit))]
        begun = to_say(await self.door.router.handle(FormOpened(f"begun-{next(_events)}", bas.sender, "invite")))
        if begun is None or begun.form is None:
            return
        person = self._random.choice([*wanted, self.door.team])
        self._note(f"Bas proposes {person}")
        given: list[dict[str, object]] = [
            {"whom": "one", "organisation": str(self.door.unit)}, {"person": str(person)}
        ]  # fmt: skip
        view: View | None = begun
        for answers in given:
            if view is None or view.form is None:
                return
            sent = Submitted(f"sent-{next(_events)}", bas.sender, view.form.draft_id, view.form.page, answers)
            view = to_say(await self.door.router.handle(sent))
        assert view is None or not _TOKEN.search(view.text), "the link goes to who vouches, never to who proposes"
        self._see(view)

    async def _vouch(self) -> None:
        """A member of the team says yes, and gives the link to whom it is for, who opens it."""
        tess = next(one for one in self.humans if one.name == "Tess").accounts[SLACK]
        for proposal in self.door.rows(InvitationProposal):
            view = await tess.send_action(f"invite.vouch:{proposal.id}:0")
            token = _TOKEN.search(view.text) if view else None
            owner = self._whose.get(proposal.person_id)
            for human in self.humans:
                if token and human.name == owner:
                    self._note(f"Tess vouches for {owner}, who opens the link")
                    await self._come(human.accounts[TELEGRAM], token[1])
                    await self._come(human.accounts[TELEGRAM], token[1], sure=True)
            return

    async def _import(self) -> None:
        """The import gives somebody a role, by the e-mail address that is theirs."""
        human = self._random.choice([one for one in self.humans if one.email])
        self._note(f"{human.name} is imported into the team")
        with self.door.store.begin() as uow:
            known = uow.db.exec(select(Person).where(Person.email == human.email)).first()
        if known is None:
            return
        assert await asyncio.to_thread(
            bring_in, self.door.store, "programme_team", f"email,name\n{human.email},{human.name}\n"
        )
        self._roles.setdefault(human.name, set()).add("team")

    async def _import_reached(self) -> None:
        """The import gives somebody a role and says where they are reached: at one of the accounts that are theirs."""
        human, channel, actor = self._somebody()
        email = human.email or f"{human.name.lower()}@new.example"
        line = f"{email},{human.name},{channel}:{actor.sender.address}"
        role = self._random.choice(("team", "builder"))
        name, column, cell = ("programme_team", "", "") if role == "team" else (
            "practice_builders", ",organisations", ",fin",
        )  # fmt: skip
        lines = f"email,name,addresses{column}\n{line}{cell}\n"
        done = await asyncio.to_thread(bring_in, self.door.store, name, lines)
        self._note(f"{human.name} is imported as {role} at {channel} of {email}: {done}")
        if done:
            self._roles.setdefault(human.name, set()).add(role)

    async def _apart(self) -> None:
        """Either side takes them apart, or the team does, or anybody else tries."""
        joinings = self.door.rows(JoinedAccount)
        if joinings:
            human, channel, actor = self._somebody()
            one = self._random.choice(joinings)
            self._note(f"{human.name} takes {one.id} apart in {channel}")
            await self._press(actor, f"link.part:{one.id}:0")

    async def _ask(self) -> None:
        """Somebody asks for a dialogue, with words of their own in confidence."""
        human, channel, actor = self._somebody()
        with self.door.store.begin() as uow:
            person = people.acting(uow, channel, actor.sender.address)
            if person is not None:
                self._note(f"{human.name} asks in {channel}")
                uow.add(request(person.id, self.door.unit, human.name, self.door.clock.now()))

    async def _type(self) -> None:
        """Somebody leaves a form half written, with words of their own."""
        human, channel, actor = self._somebody()
        with self.door.store.begin() as uow:
            person = people.acting(uow, channel, actor.sender.address)
            if person is None:
                return
            self._note(f"{human.name} writes in {channel}")
            form = self._random.choice(("request", "away"))
            draft = drafts.of(uow, person.id, form, 0)
            if draft is None:
                draft = uow.add(drafts.begun(uow, person.id, form, 0, {}, self.door.clock.now()))
            field = self._random.choice((f"of {human.name}", "common"))
            draft.answers = {**draft.answers, field: human.name}
            draft.updated_at = self.door.clock.now()

    async def _cheat(self) -> None:
        """The dishonest one does again, as themselves, what was meant for others."""
        if not self._seen:
            return
        actor = self._random.choice([*self.dishonest.accounts.values()])
        seen = self._random.choice(self._seen)
        self._note(f"{self.dishonest.name} tries {seen} at {actor.sender.channel}")
        if seen.startswith("link_"):
            await self._come(actor, seen)
            await self._come(actor, seen, sure=True)
        elif self._known(actor) is not None:
            await self._press(actor, seen)
        else:
            await self.door.router.handle(Pressed(f"press-{next(_events)}", actor.sender, seen))

    async def _forge(self) -> None:
        """The dishonest one makes buttons up."""
        verbs = ("link.join", "link.deny", "link.part", "link.apart", "invite.vouch", "invite.show", "invite.reject",
                 "invite.retract", "invite.drop", "reach.prefer")  # fmt: skip
        actor = self._random.choice([*self.dishonest.accounts.values()])
        packed = f"{self._random.choice(verbs)}:{self._random.randint(1, 12)}:0"
        self._note(f"{self.dishonest.name} forges {packed}")
        before = len(self.door.rows(LinkClaim))
        await self._press(actor, packed)
        assert len(self.door.rows(LinkClaim)) in (before, before - 1)

    async def _rename(self) -> None:
        """The dishonest one takes somebody else's name in Telegram."""
        self.dishonest.accounts[TELEGRAM].name = self._random.choice(self.humans).name
