"""What screening has said of a party, as far as a qualification waits for it."""

from typing import ClassVar

from pydantic import BaseModel

from shared.domain import Aggregate


class SeenHit(BaseModel, frozen=True):
    """A hit: whether it is without effect here, over, and for which buyers it was dismissed."""

    id: str
    advisory: bool = False
    ended: bool = False
    dismissed_for: tuple[str, ...] = ()

    def counts_for(self, buyer_id: str) -> bool:
        return not (self.advisory or self.ended or buyer_id in self.dismissed_for)


class Screened(Aggregate):
    """Whether a party was compared with lists, and the hits. Its id is the party's."""

    indexes: ClassVar[tuple[str, ...]] = ()

    screened: bool = False
    hits: tuple[SeenHit, ...] = ()

    def counting(self, buyer_id: str) -> tuple[str, ...]:
        """The hits that nobody has dismissed for this buyer."""
        return tuple(hit.id for hit in self.hits if hit.counts_for(buyer_id))

    def compared(self, hit_ids: tuple[str, ...]) -> bool:
        """It was compared with lists; what it names counts until more is said. News or not."""
        known = {hit.id for hit in self.hits}
        new = tuple(SeenHit(id=id) for id in hit_ids if id not in known)
        news = bool(new) or not self.screened
        self.screened, self.hits = True, (*self.hits, *new)
        return news

    def note(self, hit_id: str, **update: bool) -> None:
        self._keep(self._hit(hit_id).model_copy(update=update))

    def judged(self, hit_id: str, buyer_id: str, *, dismissed: bool) -> None:
        hit = self._hit(hit_id)
        others = tuple(b for b in hit.dismissed_for if b != buyer_id)
        kept = (*others, buyer_id) if dismissed else others
        self._keep(hit.model_copy(update={"dismissed_for": kept}))

    def _hit(self, hit_id: str) -> SeenHit:
        return next((h for h in self.hits if h.id == hit_id), SeenHit(id=hit_id))

    def _keep(self, hit: SeenHit) -> None:
        self.hits = (*(h for h in self.hits if h.id != hit.id), hit)
