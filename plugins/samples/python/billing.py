"""The billing system as something that can be asked and told, and what its failures mean."""

import json
from urllib.parse import quote, urlsplit

from componentize_py_types import Err, Ok
from values import date, upstream
from wit_world.imports import environment, outgoing_handler, streams
from wit_world.imports import komunala_adapter_types as types
from wit_world.imports import wasi_http_types as http

METHODS = {"GET": http.Method_Get, "POST": http.Method_Post, "PUT": http.Method_Put}
CHUNK = 64 * 1024
MAX_ANSWER = 16 * 1024 * 1024

# The request was never sent: nothing can have happened.
NOT_SENT = (
    http.ErrorCode_DnsTimeout,
    http.ErrorCode_DnsError,
    http.ErrorCode_DestinationNotFound,
    http.ErrorCode_DestinationUnavailable,
    http.ErrorCode_ConnectionRefused,
    http.ErrorCode_ConnectionTimeout,
    http.ErrorCode_TlsProtocolError,
    http.ErrorCode_TlsCertificateError,
)
# The hub did not let it out.
DENIED = (http.ErrorCode_HttpRequestDenied, http.ErrorCode_DestinationIpProhibited, http.ErrorCode_ConfigurationError)


class NotSent(Exception):
    """Nothing was sent."""


class Lost(Exception):
    """It may have arrived; the answer did not."""


class Answer:
    def __init__(self, status, retry_after, body):
        self.status, self.retry_after, self.body = status, retry_after, body

    def json(self):
        try:
            value = json.loads(self.body, parse_float=str)
        except ValueError:
            raise upstream("not the expected JSON") from None
        if not isinstance(value, dict):
            raise upstream("not the expected JSON")
        return value


def base_url():
    for name, value in environment.get_environment():
        if name == "BASE_URL" and value:
            return urlsplit(value)
    raise Err(types.Error_Config("BASE_URL is not set"))


def send(method, segments, query="", body=None, headers=()):
    """Sends a request, whatever the status of its answer."""
    if any(segment in ("", ".", "..") for segment in segments):
        raise Err(types.Error_NotFound())
    url = base_url()
    fields = [(name, value.encode()) for name, value in headers]
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    if method != "GET":
        fields += [("content-type", b"application/json"), ("content-length", str(len(content)).encode())]
    request = http.OutgoingRequest(http.Fields.from_list(fields))
    request.set_method(METHODS[method]())
    request.set_scheme(http.Scheme_Https() if url.scheme == "https" else http.Scheme_Http())
    request.set_authority(url.netloc)
    path = "/".join(quote(segment, safe="") for segment in segments)
    request.set_path_with_query(f"{url.path.rstrip('/')}/{path}{query}")
    outgoing = request.body()
    try:
        future = outgoing_handler.handle(request, None)
        if content:
            with outgoing.write() as stream:
                for start in range(0, len(content), 4096):
                    stream.blocking_write_and_flush(content[start : start + 4096])
        http.OutgoingBody.finish(outgoing, None)
    except Err:
        # what became of it, the answer says
        pass
    with future.subscribe() as pollable:
        pollable.block()
    result = future.get()
    result = result.value if isinstance(result, Ok) else result
    if not isinstance(result, Ok):
        raise failure(getattr(result, "value", None))
    return received(result.value)


def failure(code):
    if isinstance(code, DENIED):
        return Err(types.Error_Config("the hub did not allow the request"))
    return NotSent() if isinstance(code, NOT_SENT) else Lost()


def received(response):
    status = response.status()
    waits = response.headers().get("retry-after")
    content = bytearray()
    with response.consume() as incoming, incoming.stream() as stream:
        while True:
            try:
                content += stream.blocking_read(CHUNK)
            except Err as error:
                if isinstance(error.value, streams.StreamError_Closed):
                    break
                raise Lost() from None
            if len(content) > MAX_ANSWER:
                raise upstream("an answer that is too long")
    return Answer(status, waits[0].decode("ascii", "replace") if waits else None, bytes(content))


def ask(segments, query="", headers=()):
    """Sends a question. Everything but 2xx is an error."""
    answer = asked("GET", segments, query=query, headers=headers)
    if not 200 <= answer.status < 300:
        raise refusal(answer)
    return answer


def asked(method, segments, **more):
    """Sends a question, whatever the status of its answer. No answer is `unavailable`."""
    try:
        return send(method, segments, **more)
    except (NotSent, Lost):
        raise Err(types.Error_Unavailable(None)) from None


def tell(method, segments, body, headers=()):
    """Sends a write. Where nobody can tell whether it was made, that is `outcome-unknown`."""
    try:
        answer = send(method, segments, body=body, headers=headers)
    except NotSent:
        raise Err(types.Error_Unavailable(None)) from None
    except Lost:
        raise Err(types.Error_OutcomeUnknown("the answer was lost")) from None
    if 200 <= answer.status < 300:
        try:
            return answer.json()
        except Err:
            raise Err(types.Error_OutcomeUnknown("an answer to a write that cannot be read")) from None
    # 503 is what a system says before it begins
    if answer.status >= 500 and answer.status != 503:
        raise Err(types.Error_OutcomeUnknown(f"status {answer.status} to a write"))
    raise refusal(answer)


def refusal(answer):
    """The contract's error for an answer that is not 2xx."""
    try:
        said = answer.json()
    except Err:
        said = {}
    match (answer.status, said.get("reason")):
        case (409, "OPEN"):
            return Err(types.Error_NotAvailableYet(date(said["from"]) if "from" in said else None))
        case (409, "KEY_USED"):
            return Err(types.Error_Conflict("the key was used for something else"))
        case (400 | 422, "BAD_MESSAGE"):
            return Err(types.Error_Rejected([types.FieldViolation("request", "malformed", "BAD_MESSAGE")]))
    return by_status(answer)


def by_status(answer):
    wait = int(answer.retry_after) * 1000 if (answer.retry_after or "").isdigit() else None
    match answer.status:
        case 401 | 403:
            return Err(types.Error_Config("the billing system refuses the hub's credential"))
        case 404 | 410:
            return Err(types.Error_NotFound())
        case 429:
            return Err(types.Error_RateLimited(wait))
        case status if status >= 500:
            return Err(types.Error_Unavailable(wait))
    return upstream(f"unexpected status {answer.status}")
