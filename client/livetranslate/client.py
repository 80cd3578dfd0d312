"""The asynchronous client: sessions, transcription, translation.

    async with livetranslate.connect("localhost:8001") as client:
        transcript = await client.transcribe("talk.wav")
        texts = await client.translate("Good morning.", source="en", targets=["es", "fr"])

A client opens its channel when it is first used and closes it when nobody uses it, so a single call needs no
``async with``. Its twin for programs without asyncio is :mod:`livetranslate.sync`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import Any

from livetranslate import transcription, translation
from livetranslate.audio_input import Recording
from livetranslate.connection import DEFAULT_URL, Connection
from livetranslate.credentials import Credentials, TlsFiles
from livetranslate.option_checks import make_options
from livetranslate.protocol import (
    AUTO,
    AudioFormat,
    SessionOptions,
    TranscribeOptions,
    Transcript,
    TranslateOptions,
    TranslationResult,
)
from livetranslate.reconnection import DEFAULT_RECONNECT, NoticeTaker, ReconnectPolicy
from livetranslate.session import MAX_UNACKNOWLEDGED_S, START_TIMEOUT_S, Session
from livetranslate.translation import TranslationDelta


def connect(
    url: str | Iterable[str] = DEFAULT_URL, *, api_key: str | None = None, tls: TlsFiles | None = None
) -> Client:
    """A client of the server whose gRPC port is at ``url`` (``host:port``).

    Several addresses, in a list or separated by commas, are servers of one fleet: a live session starts on the first
    that takes it, and goes on on another when its server goes away. Single calls go to the first. Nothing is sent yet.

    Args:
        url: address; ``grpcs://host:port`` for TLS with the system's certificate authorities.
        api_key: for servers that ask for one; else the environment's (see :mod:`livetranslate.credentials`).
        tls: certificates; else the environment's.

    Raises:
        LiveTranslateError: ``OPTION_INVALID`` when the address is not understood, or a certificate cannot be read.
    """
    return Client(url, Credentials.gather(api_key, tls))


class Client:
    """Asks one LiveTranslate server; see the module's documentation.

    Every method raises :class:`livetranslate.protocol.LiveTranslateError`: the server's own refusals,
    ``CONNECTION_FAILED`` when nothing answers and ``MODEL_UNAVAILABLE`` while a model is not ready.
    """

    def __init__(self, url: str | Iterable[str] = DEFAULT_URL, credentials: Credentials | None = None) -> None:
        urls = url.split(",") if isinstance(url, str) else url
        self._connections = [Connection(address.strip(), credentials) for address in urls] or [Connection("")]
        self._connection = self._connections[0]

    @property
    def address(self) -> str:
        """``host:port`` of the first server."""
        return self._connection.address

    async def __aenter__(self) -> Client:
        await self._connection.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.__aexit__(kind, error, trace)

    def session(
        self,
        source: str = AUTO,
        targets: Iterable[str] = (),
        *,
        audio: AudioFormat | None = None,
        max_unacknowledged_s: float = MAX_UNACKNOWLEDGED_S,
        start_timeout_s: float = START_TIMEOUT_S,
        reconnect: ReconnectPolicy | None = DEFAULT_RECONNECT,
        on_connection: NoticeTaker | None = None,
        **options: Any,
    ) -> Session:
        """A live session, to be entered with ``async with``.

        Args:
            source: spoken language, or ``auto``.
            targets: languages to translate into.
            audio: layout of the PCM that will be sent; s16le, 16 kHz, mono when None.
            max_unacknowledged_s: how much audio may be on its way before ``send`` waits.
            start_timeout_s: longest wait for the session to start.
            reconnect: how the session goes on after a break; None lets a break end it.
            on_connection: told when the session is interrupted and when it goes on; called in the event loop.
            options: further fields of :class:`livetranslate.protocol.SessionOptions`, by name.

        Raises:
            LiveTranslateError: an option is unknown or not allowed; nothing has been sent.
        """
        layout = audio or AudioFormat()
        chosen = make_options(SessionOptions, source=source, targets=tuple(targets), audio=layout, **options)
        return Session(
            self._connections,
            chosen,
            max_unacknowledged_s=max_unacknowledged_s,
            start_timeout_s=start_timeout_s,
            reconnect=reconnect,
            on_connection=on_connection,
        )

    async def transcribe(
        self,
        recording: Recording,
        language: str = AUTO,
        *,
        audio_format: AudioFormat | None = None,
        timeout_s: float | None = None,
        **options: Any,
    ) -> Transcript:
        """Words with times of a whole recording.

        Args:
            recording: path, or bytes, of any container; or raw PCM bytes with ``audio_format``.
            language: spoken language, or ``auto``.
            audio_format: layout of raw PCM.
            timeout_s: longest wait.
            options: further fields of :class:`livetranslate.protocol.TranscribeOptions`, by name.
        """
        chosen = make_options(TranscribeOptions, language=language, **options)
        return await transcription.transcribe(
            self._connection, recording, chosen, audio_format=audio_format, timeout_s=timeout_s
        )

    async def translate(
        self,
        text: str,
        source: str = AUTO,
        *,
        targets: Iterable[str],
        timeout_s: float | None = None,
        **options: Any,
    ) -> dict[str, str]:
        """Translations of a text: language -> text. The languages are translated at the same time.

        Args:
            text: up to 5,000 characters.
            source: language of the text, or ``auto``.
            targets: languages to translate into.
            timeout_s: longest wait.
            options: further fields of :class:`livetranslate.protocol.TranslateOptions`, by name.
        """
        results = await self.translate_checked(text, source, targets=targets, timeout_s=timeout_s, **options)
        return {language: result.text for language, result in results.items()}

    async def translate_checked(
        self,
        text: str,
        source: str = AUTO,
        *,
        targets: Iterable[str],
        timeout_s: float | None = None,
        **options: Any,
    ) -> dict[str, TranslationResult]:
        """Like :meth:`translate`, with what is known of each translation: flags, what made it, whether it is none."""
        results: dict[str, TranslationResult] = {}
        languages = list(targets)
        async for delta in self.translate_stream(text, source, targets=languages, timeout_s=timeout_s, **options):
            if delta.result is not None:
                results[delta.language] = delta.result
        return {language: results[language] for language in dict.fromkeys(languages)}

    def translate_stream(
        self,
        text: str,
        source: str = AUTO,
        *,
        targets: Iterable[str],
        timeout_s: float | None = None,
        **options: Any,
    ) -> AsyncIterator[TranslationDelta]:
        """Like :meth:`translate`, telling every piece of every translation when it comes."""
        chosen = {target: make_options(TranslateOptions, target=target, source=source, **options) for target in targets}
        return translation.translate_text(self._connection, text, chosen, timeout_s=timeout_s)

    async def translate_speech(
        self,
        recording: Recording,
        target: str,
        *,
        source: str = AUTO,
        audio_format: AudioFormat | None = None,
        timeout_s: float | None = None,
        **options: Any,
    ) -> str:
        """The translation of what is said in a recording.

        For several languages, :meth:`transcribe` once and :meth:`translate` the text: that hears the speech once.

        Args:
            recording: as in :meth:`transcribe`.
            target: language to translate into.
            source: spoken language, or ``auto``.
            audio_format: layout of raw PCM.
            timeout_s: longest wait.
            options: further fields of :class:`livetranslate.protocol.TranslateOptions`, by name.
        """
        hearing = make_options(TranscribeOptions, language=source)
        chosen = make_options(TranslateOptions, target=target, source=source, **options)
        text = ""
        async for delta in translation.translate_recording(
            self._connection, recording, hearing, chosen, audio_format=audio_format, timeout_s=timeout_s
        ):
            text = delta.text
        return text
