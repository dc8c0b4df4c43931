"""Whose request is it? Credentials become a Caller and are not kept anywhere else."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hmac import compare_digest
from itertools import count
from typing import get_args

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Caller
from fakestt.contract.operation import Operation
from fakestt.contract.shapes import Guid
from fakestt.core.clock import client_now_s
from fakestt.core.ids import seeded_hex
from fakestt.core.refusals import Refusal, Why
from fakestt.errors import ConfigurationError, nearest
from fakestt.literals import Authentication

__all__ = ["Auth", "Token", "key_of_basic"]

ROLES = ("manager", "writer", "reader")
PLANS = ("standard", "lite")
NO_FORM = "the credentials are neither 'Basic ...' nor 'Bearer ...'"
"""The answer to a header that may be a bare key. It does not repeat the header."""
TOKEN_LIFE_S = 3600
"""Source: ibm-cloud common docs, the life of an IAM token is up to 60 minutes."""


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token as it is handed out.

    It has expired when both clocks say so: the fake's (`expires_at_s`) and the client's own (`expiration`). A test may
    move the fake's clock alone: a client whose own clock stands still could not know that it needs a new token.
    """

    text: str
    key: str
    expires_at_s: float
    issued_at: int
    expiration: int
    is_watson: bool = False

    def __repr__(self) -> str:
        return f"Token(expires_at_s={self.expires_at_s})"


class Auth:
    """The keys and tokens of one fake.

    Args:
        mode: "lenient" takes every form of credential and every key that was not revoked; "strict" takes the forms
            that the edition knows, and the keys and tokens of this object; None asks for no credential.
        now: the fake's clock, by which tokens expire.
    """

    def __init__(
        self, mode: Authentication | None, edition: Edition, owner: str, seed: int, now: Callable[[], float]
    ) -> None:
        if mode is not None and mode not in get_args(Authentication):
            raise ConfigurationError(
                f"auth={mode!r}: give 'lenient' (every credential is good), 'strict' (the edition's alone) or None."
                + nearest(mode, get_args(Authentication))
            )
        self._mode = mode
        self._edition = edition
        self._owner = owner
        self._seed = seed
        self._now = now
        self._keys: dict[str, Caller] = {}
        self._revoked: set[str] = set()
        self._tokens: dict[str, Token] = {}
        self._refresh_tokens: dict[str, Token] = {}
        self._made = count()
        self.key: str = self.add_key()

    # For the author of a test

    def add_key(
        self, key: str | None = None, *, owner: str | None = None, role: str = "manager", plan: str = "standard"
    ) -> str:
        """Make a key of this instance, or of another owner's. Returns the key.

        Args:
            key: the key itself; made up unless given.
            owner: the GUID of another instance, which has models of its own.
            role: "manager", "writer" or "reader". A reader is refused (403) whatever changes something.
            plan: "standard" or "lite". An edition that has the lite plan refuses it all customization.

        Raises:
            ConfigurationError: an unknown role or plan; a key that is no text; an owner that is no GUID; with
                auth="strict", a second owner where the edition has only one.
        """
        if key is not None:
            _check_key("add_key", key)
        if owner is not None and Guid().problem(owner) is not None:
            raise ConfigurationError(
                f"owner={owner!r}: an owner is the GUID of an instance, such as this one's, {self._owner!r}."
            )
        for name, value, possible in (("role", role, ROLES), ("plan", plan, PLANS)):
            if value not in possible:
                raise ConfigurationError(
                    f"{name}={value!r}: not one of {', '.join(possible)}.{nearest(value, possible)}"
                )
        if owner not in (None, self._owner) and self._mode == "strict" and not self._edition.limits.several_owners:
            raise ConfigurationError(
                f"owner={owner!r}: {self._edition.name} has one owner, {self._owner!r}. "
                "Use auth='lenient', or another edition."
            )
        key = key or self._edition.traits.key_prefix + self._secret()
        self._keys[key] = Caller(owner or self._owner, role, plan)
        self._revoked.discard(key)
        return key

    def revoke(self, key: str) -> None:
        """Refuse this key, and every token that was got for it, from now on.

        Raises:
            ConfigurationError: it is no key.
        """
        _check_key("revoke", key)
        self._revoked.add(key)

    def expire_tokens(self, *, refresh: bool = False) -> None:
        """Let all tokens that were handed out so far expire now. A refresh token still gets a new one.

        Args:
            refresh: let the refresh tokens expire as well.
        """
        for tokens in (self._tokens, self._refresh_tokens)[: 1 + refresh]:
            for text, token in tokens.items():
                tokens[text] = replace(token, expires_at_s=self._now(), expiration=token.issued_at)

    # For requests

    def identify(self, authorization: str | None) -> Caller:
        """Return the caller. `authorization` is the header of that name, or a Watson token after `watson-token`.

        Raises:
            Refusal: UNAUTHORIZED.
        """
        return self._keys[self.key] if self._mode is None else self._caller(authorization)

    def permit(self, caller: Caller, operation: Operation, guid: str | None) -> None:
        """Ask whether the caller may do this. `guid` is the instance that the URL names; a lenient fake takes any.

        Raises:
            Refusal: FORBIDDEN, LITE_PLAN.
        """
        if self._mode is None:
            return
        if self._mode == "strict" and guid is not None and not compare_digest(guid.encode(), caller.owner.encode()):
            raise Refusal(Why.FORBIDDEN, note="strict: the URL names another instance")
        if caller.role == "reader" and operation.method != "GET":
            raise Refusal(Why.FORBIDDEN)
        if caller.plan == "lite" and self._edition.limits.knows_lite_plan and "customization" in operation.path:
            raise Refusal(Why.LITE_PLAN)

    def hand_out(self, key: str, *, watson: bool = False) -> Token:
        """Make a token for a key. The instants in it are those of the clock that the client reads.

        Args:
            watson: a token of the time before IAM. It travels in other places.

        Raises:
            Refusal: UNKNOWN_API_KEY.
        """
        problem = self._problem_of(key)
        if problem is not None:
            raise Refusal(Why.UNKNOWN_API_KEY, note=problem)
        issued_at = int(client_now_s())
        expiration = issued_at + TOKEN_LIFE_S
        claims = {
            "iam_id": "IBMid-fakestt",
            "sub": "fakestt",
            "iat": issued_at,
            "exp": expiration,
            "scope": "ibm openid",
        }
        text = ".".join((_segment({"alg": "HS256", "typ": "JWT"}), _segment(claims), self._secret()))
        token = Token(text, key, self._now() + TOKEN_LIFE_S, issued_at, expiration, watson)
        self._tokens[text] = token
        return token

    def key_of(self, token: str) -> str:
        """Return the key that a token was got for. A token that the author made up is its own key, unless `strict`.

        Raises:
            Refusal: UNAUTHORIZED, for a token that has expired.
        """
        known = self._tokens.get(token)
        if known is None and self._mode == "strict":
            key = "an API key is" if token in self._keys else "it is"
            raise Refusal(Why.UNAUTHORIZED, note=f"strict: {key} no token that this fake has handed out")
        if known is None:
            return token
        if self._has_expired(known):
            raise Refusal(Why.UNAUTHORIZED, note="the token has expired")
        return known.key

    def hand_out_refresh(self, key: str) -> str:
        """Make a refresh token for a key. It outlives the tokens by days."""
        issued_at, life_s = int(client_now_s()), self._edition.traits.refresh_token_life_s
        token = Token(self._secret(), key, self._now() + life_s, issued_at, int(issued_at + life_s))
        self._refresh_tokens[token.text] = token
        return token.text

    def key_of_refresh(self, token: str) -> str | None:
        """Return the key that a refresh token was got for; None if it is none.

        Raises:
            Refusal: REFRESH_TOKEN_EXPIRED.
        """
        known = self._refresh_tokens.get(token)
        if known is None:
            return None
        if self._has_expired(known):
            raise Refusal(Why.REFRESH_TOKEN_EXPIRED)
        return known.key

    def _has_expired(self, token: Token) -> bool:
        return self._now() >= token.expires_at_s and client_now_s() >= token.expiration

    def _caller(self, authorization: str | None) -> Caller:
        scheme, credential = _scheme_and_credential(authorization)
        if not credential:
            raise Refusal(Why.UNAUTHORIZED, note=NO_FORM if scheme else "no credentials")
        if self._mode == "strict" and scheme not in self._edition.traits.credentials:
            forms = " or ".join(sorted(self._edition.traits.credentials))
            raise Refusal(Why.UNAUTHORIZED, note=f"strict: {self._edition.name} takes {forms} credentials")
        if scheme == "basic":
            return self._by_key(_password(credential))
        if scheme not in ("bearer", "watson-token"):
            raise Refusal(Why.UNAUTHORIZED, note=NO_FORM)
        known = self._tokens.get(credential)
        if scheme == "watson-token" and known is not None and not known.is_watson:
            raise Refusal(Why.UNAUTHORIZED, note="an IAM token is no Watson token: it is a bearer token")
        return self._by_key(self.key_of(credential))

    def _by_key(self, key: str) -> Caller:
        problem = self._problem_of(key)
        if problem is not None:
            raise Refusal(Why.UNAUTHORIZED, note=problem)
        return self._keys.get(key) or self._keys[self.key]

    def _problem_of(self, key: str) -> str | None:
        """Why a key is refused, or None. The text goes into the journal, and does not repeat the key."""
        if not key:
            return "the key is empty"
        if key in self._revoked:
            return "the key was revoked"
        if self._mode == "strict" and key not in self._keys:
            return "strict: the key or token is not one of this fake's"
        return None

    def _secret(self) -> str:
        return seeded_hex(f"secret:{self._seed}:{next(self._made)}")


def key_of_basic(authorization: str | None) -> str:
    """Return the key in a Basic header.

    Raises:
        Refusal: UNAUTHORIZED: there is none.
    """
    scheme, credential = _scheme_and_credential(authorization)
    if scheme != "basic":
        raise Refusal(Why.UNAUTHORIZED, note="no basic credentials")
    return _password(credential)


def _scheme_and_credential(authorization: str | None) -> tuple[str, str]:
    scheme, _, credential = (authorization or "").strip().partition(" ")
    return scheme.lower(), credential.strip()


def _check_key(call: str, key: object) -> None:
    if not isinstance(key, str) or not key or not key.isprintable():
        raise ConfigurationError(f"{call}(…): a key is a string without control characters, as stt.api_key is.")


def _segment(claims: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().replace("=", "")


def _password(credential: str) -> str:
    """Return the password, which is the key. The user is `apikey`, or in 2018 the name of an instance."""
    try:
        user, colon, password = base64.b64decode(credential, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        raise Refusal(Why.UNAUTHORIZED, note="the basic credentials can't be read") from None
    return password if colon and user else ""
