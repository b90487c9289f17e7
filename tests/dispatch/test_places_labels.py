"""How far labels agree: forms that are labelled in two ways, each counted, with made-up addresses."""

from bench.addresses import Address
from bench.labels import ceiling


def test_one_form_with_two_labels() -> None:
    addresses = [
        Address((("road", "柳树路"), ("roadno", "12弄"), ("houseno", "7号"))),
        Address((("road", "杨树路"), ("roadno", "15弄"), ("houseno", "8号"))),
        Address((("road", "银杏路"), ("subRoad", "18弄"), ("subroadno", "9号"))),
        Address((("poi", "柳树苑"), ("houseno", "3栋"), ("roomno", "501"))),
    ]
    found = ceiling(addresses)
    assert (found["numbers"], found["forms"], found["forms that come once"]) == (8, 4, 2)
    assert found["labels against their form"] == 1
    assert found["seen all, f1"] == {"building": 0.857, "unit": 0.0, "floor": 0.0, "room": 1.0}
    # Asked for one of the three, the others are one and one, or both buildings.
    assert found["seen the others, f1"]["building"] == 0.8


def test_labels_that_agree() -> None:
    address = Address((("poi", "柳树苑"), ("houseno", "3栋"), ("cellno", "2单元"), ("roomno", "501")))
    found = ceiling([address, address])
    assert found["labels against their form"] == 0
    assert found["seen the others, f1"] == {"building": 1.0, "unit": 1.0, "floor": 0.0, "room": 1.0}
