"""Case numbers: 资领〔2026〕00001号, one after another without gaps per head and year."""

from django.db.models import F

from .models import Counter


def next_number(head: str, year: int) -> str:
    """Locks the counter until commit; a transaction that fails gives its number back."""
    Counter.objects.bulk_create([Counter(head=head, year=year)], ignore_conflicts=True)
    counter = Counter.objects.select_for_update().get(head=head, year=year)
    Counter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    return f"{head}〔{year}〕{counter.last + 1:05d}号"
