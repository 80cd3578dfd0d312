import random

import pytest
from loadtests.faults.bad_requests import KINDS, Door, malformed_requests
from loadtests.faults.bad_requests.bad_grpc import PREFACE, SETTINGS, frame
from loadtests.faults.bad_requests.bad_http import inference, request
from loadtests.faults.bad_requests.valid import DECOUPLED, MODELS, inputs_of, tone, wav
from tritonclient.grpc import service_pb2

from livetranslate.audio import read_samples

SOME = 600


def test_the_same_seed_makes_the_same_requests_and_another_seed_others() -> None:
    first = list(malformed_requests(SOME, seed=7))
    assert list(malformed_requests(SOME, seed=7)) == first
    assert list(malformed_requests(SOME, seed=8)) != first


def test_a_request_depends_on_its_number_alone_so_that_one_can_be_sent_again() -> None:
    assert list(malformed_requests(50, seed=3)) == list(malformed_requests(SOME, seed=3))[:50]


def test_every_kind_comes_with_about_its_share() -> None:
    made = [one.kind for one in malformed_requests(2000, seed=1)]
    for kind, (share, _) in KINDS.items():
        assert abs(made.count(kind) / len(made) - share / 100) < 0.04


def test_every_model_and_every_door_is_tried() -> None:
    made = list(malformed_requests(SOME, seed=1))
    assert {one.model for one in made} == {*MODELS, ""}
    assert {one.door for one in made} == set(Door)


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="nonsense do not exist; known: tensors"):
        list(malformed_requests(1, seed=1, kinds=["nonsense"]))


def test_what_is_told_differs_as_the_bytes_do() -> None:
    made = list(malformed_requests(SOME, seed=1, kinds=["tensors"]))
    assert len({one.what for one in made}) > 60
    assert len({one.messages for one in made}) > SOME * 0.7


@pytest.mark.parametrize("kind", ["tensors", "options", "sequence", "parameters"])
def test_requests_that_spoil_contents_keep_the_envelope(kind: str) -> None:
    for one in malformed_requests(200, seed=2, kinds=[kind]):
        for data in one.messages:
            service_pb2.ModelInferRequest.FromString(data)


def test_session_ids_are_those_of_the_dice() -> None:
    streams = list(malformed_requests(SOME, seed=1, kinds=["sequence"]))
    ids = {
        service_pb2.ModelInferRequest.FromString(one.messages[0]).parameters["sequence_id"].string_param
        for one in streams
    }
    assert len(ids) > SOME / 2


def test_none_is_too_large_to_be_sent_by_the_thousand() -> None:
    assert max(one.size_bytes for one in malformed_requests(2000, seed=5)) < 8 << 20


@pytest.mark.parametrize("model", MODELS)
def test_the_valid_request_that_is_spoiled_has_tensors_whose_data_fits_their_shape(model: str) -> None:
    widths = {"BYTES": None, "FP32": 4, "UINT8": 1, "BOOL": 1}
    for tensor in inputs_of(model):
        width = widths[tensor.datatype]
        if width is not None:
            count = 1
            for size in tensor.shape:
                count *= size
            assert len(tensor.data) == width * count


def test_the_valid_file_is_one(tmp_path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(wav())
    assert len(read_samples(path, rate_hz=16_000)) == len(tone()) // 2


def test_streams_are_for_decoupled_models_most_of_the_time() -> None:
    made = list(malformed_requests(SOME, seed=1, kinds=["tensors"]))
    right = [(one.door is Door.STREAM) == (one.model in DECOUPLED) for one in made]
    assert 0.9 < sum(right) / len(right) < 1.0


def test_an_http_request_says_its_length_unless_told_otherwise() -> None:
    assert b"Content-Length: 5\r\n" in request("/v2", b"hello")
    assert b"Content-Length: -1\r\n" in request("/v2", b"hello", length=-1)
    path, content = inference("whisper")
    assert path == "/v2/models/whisper/infer"
    assert content["inputs"][0]["name"] == "AUDIO"


def test_a_frame_has_the_layout_of_http2() -> None:
    assert frame(6, 1, 3, b"12345678") == b"\x00\x00\x08\x06\x01\x00\x00\x00\x0312345678"
    assert frame(0, 0, 1, b"", length=0xFFFFFF)[:3] == b"\xff\xff\xff"
    assert frame(4, 0, 0, b"") == SETTINGS
    assert PREFACE.startswith(b"PRI * HTTP/2.0")


def test_dice_of_one_request_do_not_touch_the_global_ones() -> None:
    random.seed(1)
    before = random.getstate()
    list(malformed_requests(20, seed=1))
    assert random.getstate() == before
