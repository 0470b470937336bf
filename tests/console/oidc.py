"""A small OpenID Connect provider of its own process, built with Authlib's server: not our code.

    python -m tests.console.oidc PORT CALLBACK [SECONDS]

It lets the people of the story in by a click, insists on PKCE, nonce and the exact callback, uses
each code and each refresh token once, and ends sessions. Tokens hold for so many seconds.
"""
# mypy: ignore-errors

import os
import sys
import time
from dataclasses import dataclass, field

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # on this machine only; before authlib looks

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, jsonify, redirect, request
from joserfc.jwk import KeySet, RSAKey
from markupsafe import escape
from werkzeug.serving import make_server

CLIENT, SECRET = "ansvar-console", "a secret of the test"
ROLES = {"mette.lund": "officer", "anders.kjaer": "approver", "ulla.dahl": "admin"}
NAMES = {"mette.lund": "Mette Lund", "anders.kjaer": "Anders Kjær", "ulla.dahl": "Ulla Dahl"}
KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
KEYS = KeySet([KEY])


@dataclass
class User:
    subject: str

    def get_user_id(self):
        return self.subject


@dataclass
class Client(ClientMixin):
    callback: str
    id_token_signed_response_alg = "RS256"

    def get_client_id(self):
        return CLIENT

    def get_default_redirect_uri(self):
        return self.callback

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == self.callback

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in ("authorization_code", "refresh_token")


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    user: User
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return None


@dataclass
class Refresh:
    user: User
    client: Client
    scope: str

    def check_client(self, client):
        return client.get_client_id() == CLIENT

    def get_scope(self):
        return self.scope


def provider(port: int, callback: str, seconds: int) -> Flask:
    issuer = f"http://127.0.0.1:{port}"
    client = Client(callback)
    codes: dict[str, Code] = {}
    refreshes: dict[str, Refresh] = {}
    nonces: set[str] = set()
    app = Flask(__name__)

    class ByCode(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012

        def save_authorization_code(self, code, request):
            asked = request.payload.data
            codes[code] = Code(
                code,
                request.user,
                request.payload.redirect_uri,
                request.payload.scope,
                asked["nonce"],
                asked["code_challenge"],
                asked["code_challenge_method"],
            )
            nonces.add(asked["nonce"])

        def query_authorization_code(self, code, client):
            return codes.get(code)

        def delete_authorization_code(self, authorization_code):
            codes.pop(authorization_code.code, None)

        def authenticate_user(self, authorization_code):
            return authorization_code.user

    class Renewing(grants.RefreshTokenGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012
        INCLUDE_NEW_REFRESH_TOKEN = True

        def authenticate_refresh_token(self, refresh_token):
            return refreshes.get(refresh_token)

        def authenticate_user(self, refresh_token):
            return refresh_token.user

        def revoke_old_credential(self, refresh_token):
            for token in [t for t, kept in refreshes.items() if kept is refresh_token]:
                del refreshes[token]

    class Ids(OpenIDCode):
        def exists_nonce(self, nonce, request):
            return nonce in nonces

        def resolve_client_private_key(self, client):
            return KEY

        def get_client_claims(self, client):
            now = int(time.time())
            return {"iss": issuer, "exp": now + seconds, "iat": now}

        def generate_user_info(self, user, scope):
            return UserInfo(
                sub=user.subject,
                name=NAMES[user.subject],
                email=f"{user.subject}@region.example",
                email_verified=True,
                locale="sv-SE",
                groups=["wages", "everybody-in-the-region"],
            )

    class Tokens(JWTBearerTokenGenerator):
        def get_jwks(self):
            return KEYS

        def get_extra_claims(self, client, grant_type, user, scope):
            return {
                "name": NAMES[user.subject],
                "roles": [ROLES[user.subject]],
                "buyers": ["dk-cvr-91204711"],
            }

        def get_audiences(self, client, user, scope):
            return "ansvar"

        def _get_expires_in(self, client, grant_type):
            return seconds

    def save_token(token, request):
        if "refresh_token" in token:
            refreshes[token["refresh_token"]] = Refresh(request.user, client, token["scope"])

    server = AuthorizationServer(app, query_client=lambda id: client, save_token=save_token)
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    server.init_app(app)
    tokens = Tokens(issuer, alg="RS256")
    tokens.refresh_token_generator = lambda **_: os.urandom(16).hex()
    server.register_token_generator("default", tokens)
    server.register_grant(ByCode, [Ids(require_nonce=True), CodeChallenge(required=True)])
    server.register_grant(Renewing)

    @app.get("/.well-known/openid-configuration")
    def discovery():
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            end_session_endpoint=f"{issuer}/logout",
            jwks_uri=f"{issuer}/jwks",
            code_challenge_methods_supported=["S256"],
        )

    @app.get("/jwks")
    def jwks():
        return jsonify(KEYS.as_dict(private=False))

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize():
        if request.args.get("code_challenge_method") != "S256":
            raise InvalidRequestError("this provider wants PKCE")
        if request.method == "POST":
            return server.create_authorization_response(grant_user=User(request.form["subject"]))
        server.get_consent_grant()
        buttons = "".join(
            f'<button name="subject" value="{escape(one)}">{escape(NAMES[one])}</button>'
            for one in NAMES
        )
        return f'<h1>Provider</h1><form method="post">{buttons}</form>'

    @app.post("/token")
    def token():
        return server.create_token_response()

    @app.get("/logout")
    def logout():
        hinted = "with a hint" if request.args.get("id_token_hint") else "without a hint"
        refreshes.clear()
        if request.args.get("back") is None:
            link = escape(request.args["post_logout_redirect_uri"])
            return f'<h1>Signed out {hinted}</h1><a href="{link}">Back</a>'
        return redirect(request.args["post_logout_redirect_uri"])

    return app


if __name__ == "__main__":
    port = int(sys.argv[1])
    held = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    make_server("127.0.0.1", port, provider(port, sys.argv[2], held), threaded=True).serve_forever()
