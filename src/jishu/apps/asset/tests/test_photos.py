"""What a thing looks like: on its card, and on the list for whoever wants it there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.asset.photos import services
from jishu.platform.archive.tests.makers import picture, store
from jishu.platform.lib.errors import Missing

from .makers import make_card

pytestmark = pytest.mark.django_db


def test_a_photo_from_the_phone_stands_for_the_card(client, keeper, bureau):
    card = make_card(bureau)
    browser = signed_in(client, keeper)

    sent = {"card": card.uid, "files__new": SimpleUploadedFile("IMG_2041.jpg", picture())}
    browser.post(reverse("asset:card_photo"), sent)

    card.refresh_from_db()
    (photo,) = services.photos_of(card)
    small = f"/files/{photo.uid}/small/"
    shown = browser.get(reverse("asset:card-list"), {"columns": "number,photo"}).content.decode()
    detail = browser.get(reverse("asset:card-detail", args=[card.uid])).content.decode()
    assert card.photo == photo.uid
    assert small in shown
    assert small in detail
    assert browser.get(f"/api/v1/asset/card/{card.uid}/").json()["photo"] == str(photo.uid)


def test_another_photo_may_be_chosen_but_only_one_of_the_card(keeper, bureau):
    card, other = make_card(bureau), make_card(bureau)
    mine = [store(keeper, picture(size=(60, 40 + at)), "照片.jpg", file_now=False).uid for at in range(2)]
    strange = store(keeper, picture(size=(70, 70)), "别的.jpg", file_now=False).uid
    services.add_photos(keeper, card=card, documents=mine)
    services.add_photos(keeper, card=other, documents=[strange])

    chosen = services.choose_photo(keeper, card=card, document=mine[1])
    with pytest.raises(Missing):
        services.choose_photo(keeper, card=card, document=strange)

    assert chosen.photo == mine[1]


def test_a_paper_is_no_photo(keeper, bureau):
    card = make_card(bureau)
    paper = store(keeper, None, "说明.txt", file_now=False).uid

    with pytest.raises(services.NoPicture):
        services.add_photos(keeper, card=card, documents=[paper])

    card.refresh_from_db()
    assert card.photo is None


def test_another_unit_adds_none(rival_bureau, bureau):
    rival = hire("郑佳", rival_bureau, "asset.keeper")

    with pytest.raises(Missing):
        services.add_photos(rival, card=make_card(bureau), documents=[])
