"""The forms of the files. They help early; the database decides."""

from typing import Any

from django import forms

from jishu.platform.identity.api import Actor, Unit, open_units, people_visible_to
from jishu.platform.lib.identifiers import WrongIdentifier, validate_plate, validate_vin
from jishu.platform.web.api import fields_of

from . import selectors
from .models import Driver, Place, Quota, Terminal, Vehicle

# Cars that burn nothing have no displacement; all others have one.
WITHOUT_ENGINE = (Vehicle.Energy.ELECTRIC, Vehicle.Energy.HYDROGEN)


class _UnitForm(forms.Form):
    """A keeper of one unit has nothing to choose."""

    def _choose_unit(self, actor: Actor, permission: str) -> Any:
        agencies = open_units().filter(actor.scope(permission).within("agency"), kind=Unit.Kind.AGENCY)
        if len(only := agencies[:2]) == 1:
            self.initial.setdefault("unit", only[0])
        return agencies


class VehicleForm(_UnitForm):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain: dict[str, dict[str, Any]] = {
            name: {}
            for name in (
                "brand", "body", "energy", "displacement_l", "seats", "engine_number", "colour", "price", "bought_on",
                "registered_on", "is_domestic", "is_pooled",
            )
        }  # fmt: skip
        plain["price"] = {"minimum": 0}
        last: dict[str, dict[str, Any]] = {
            name: {} for name in ("marking", "tank_l", "battery_kwh", "range_km", "odometer_km", "status", "remark")
        }
        self.fields |= fields_of(
            Vehicle,
            {
                "plate": {"help_text": "如 浙J12345；新能源号牌 8 位。"},
                "vin": {},
                "unit": {"rows": self._choose_unit(actor, "fleet.change_vehicle")},
                "category": {},
                **plain,
                "fixed_place": {"rows": selectors.depots()},
                **last,
            },
        )
        for name in ("is_domestic", "is_pooled"):
            self.initial.setdefault(name, True)

    def clean_plate(self) -> str:
        return _checked(validate_plate, self.cleaned_data["plate"])

    def clean_vin(self) -> str:
        return _checked(validate_vin, self.cleaned_data["vin"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        has_engine = values.get("energy") not in WITHOUT_ENGINE
        if has_engine and "displacement_l" in values and not values["displacement_l"]:
            self.add_error("displacement_l", "请填写排气量；纯电动和氢燃料汽车除外。")
        if not has_engine and values.get("displacement_l"):
            self.add_error("displacement_l", "纯电动和氢燃料汽车没有排气量，请留空。")
        return values


class DriverForm(_UnitForm):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {"rows": people_visible_to(actor), "is_typed": True, "help_text": "姓名或人员编号。"}
        rest: dict[str, dict[str, Any]] = {
            name: {} for name in ("licence", "licence_on", "licence_expires_on", "shift", "status", "remark")
        }
        unit = {"rows": self._choose_unit(actor, "fleet.change_driver")}
        self.fields |= fields_of(Driver, {"person": people, "unit": unit, **rest})


class TerminalForm(_UnitForm):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cars = selectors.vehicles_managed_by(actor, "fleet.change_terminal").order_by("plate")
        self.fields |= fields_of(
            Terminal,
            {
                "number": {},
                "phone": {},
                "model": {},
                "unit": {"rows": self._choose_unit(actor, "fleet.change_terminal")},
                "vehicle": {"rows": cars.exclude(status=Vehicle.Status.RETIRED)},
                "installed_on": {},
                "status": {},
                "remark": {},
            },
        )

    def clean_phone(self) -> str:
        """Devices send it with leading zeros, people copy it so."""
        phone = "".join(self.cleaned_data["phone"].split()).lstrip("0")
        if not phone.isascii() or not phone.isdigit() or len(phone) < 5:
            raise forms.ValidationError("终端手机号为 5—20 位数字。")
        return phone


class PlaceForm(forms.Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ("name", "kind", "address", "longitude", "latitude", "radius_m", "is_open")
        self.fields |= fields_of(Place, {name: {} for name in names})
        self.initial.setdefault("is_open", True)
        self.initial.setdefault("radius_m", 50)


class QuotaForm(_UnitForm):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = {"rows": self._choose_unit(actor, "fleet.change_quota")}
        rest: dict[str, dict[str, Any]] = {
            name: {} for name in ("category", "cars", "starts_on", "ends_on", "document")
        }
        self.fields |= fields_of(Quota, {"unit": unit, **rest})


def _checked(validate: Any, text: str) -> str:
    try:
        return str(validate(text))
    except WrongIdentifier as error:
        raise forms.ValidationError(str(error)) from error
