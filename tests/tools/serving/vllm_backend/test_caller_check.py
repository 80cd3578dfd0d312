"""Who may call the language model."""

import json

import caller_check
import pytest
from caller_check import CallerCheck
from request_errors import RequestError

from livetranslate.access import gate
from livetranslate.protocol import model_calls
from livetranslate_tools.serving.tenancy import FORWARDED


def test_the_names_are_those_of_the_other_models():
    assert caller_check.INTERNAL_KEY_VARIABLE == model_calls.INTERNAL_KEY_VARIABLE
    assert caller_check.INTERNAL_PARAMETER == model_calls.INTERNAL_PARAMETER
    assert (caller_check.FILE_VARIABLE, caller_check.INLINE_VARIABLE) == (gate.FILE_VARIABLE, gate.INLINE_VARIABLE)
    assert set(caller_check.FORWARDED) == set(FORWARDED)


def test_without_keys_everybody_may_and_headers_are_no_sampling_parameters(tmp_path):
    check = CallerCheck({"LIVETRANSLATE_TENANTS": str(tmp_path / "none")})
    assert check.admit("") == "{}"
    given = {"temperature": 0.5, "livetranslate-api-key": "lt_x", "livetranslate-internal": "y", "traceparent": "00-1"}
    assert json.loads(check.admit(json.dumps(given))) == {"temperature": 0.5}


def test_with_keys_only_the_server_itself_may(tmp_path):
    file = tmp_path / "tenants.json"
    check = CallerCheck({"LIVETRANSLATE_TENANTS": str(file), "LIVETRANSLATE_INTERNAL_KEY": "inside"})
    file.write_text("{}")
    assert check.admit('{"livetranslate-internal": "inside", "seed": 1}') == '{"seed": 1}'
    for wrong in ("", "{}", '{"livetranslate-internal": ""}', '{"livetranslate-api-key": "lt_x"}'):
        with pytest.raises(RequestError, match="PERMISSION_DENIED"):
            check.admit(wrong)
    file.unlink()  # a lost file opens no door
    with pytest.raises(RequestError):
        check.admit("")
    with pytest.raises(RequestError):
        CallerCheck({"LIVETRANSLATE_API_KEYS": "a:b:c"}).admit('{"livetranslate-internal": ""}')
