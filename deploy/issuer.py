"""The development OIDC issuer: choose a demo person, get tokens. Never for production."""

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Form, Query, Request
from fastapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)
from fastapi.security import HTTPBasic
from fastapi.staticfiles import StaticFiles

from deploy import sign_in
from deploy.environment import PROJECT
from deploy.grants import Chosen, Grant, Issuer, Refused, Wish
from shared.settings import Settings


STYLES = PROJECT / "services" / "web" / "static"
FONTS = Path("node_modules/@fontsource-variable/source-sans-3/files")


def discovery(url: str, asked: str) -> dict[str, Any]:
    """What /.well-known/openid-configuration says: people go to `url`, whoever asks to `asked`.

    In containers the services reach the issuer by another address than browsers do.
    """
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{asked}/token",
        "jwks_uri": f"{asked}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid", "profile"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
    }


def api(settings: Settings) -> FastAPI:
    """The issuer as an app."""
    app = FastAPI(title="Tidemark development issuer", docs_url=None, redoc_url=None)
    issuer = Issuer(settings)
    _fonts(app, settings.static_folder / FONTS)
    app.mount("/static", StaticFiles(directory=STYLES, check_dir=False))
    app.add_exception_handler(Refused, _refusal)
    _describe(app, issuer)
    _authorize(app, issuer)
    _token(app, issuer)
    return app


def _fonts(app: FastAPI, folder: Path) -> None:
    """The two fonts that the style sheet names beside itself; before the folder that has none."""

    @app.get("/static/source-sans-3-{script}.woff2")
    def font(script: Literal["latin", "latin-ext"]) -> Response:
        found = folder / f"source-sans-3-{script}-wght-normal.woff2"
        if not found.exists():  # nothing was fetched: the next font of the style sheet serves
            return Response(status_code=404)
        return FileResponse(
            found, media_type="font/woff2", headers={"Cache-Control": "max-age=86400"}
        )


async def _refusal(_: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, Refused) else 500
    return JSONResponse({"error": str(error)}, status, {"Cache-Control": "no-store"})


def _describe(app: FastAPI, issuer: Issuer) -> None:
    @app.get("/.well-known/openid-configuration")
    def configuration(request: Request) -> dict[str, Any]:
        return discovery(issuer.url, str(request.base_url).rstrip("/"))

    @app.get("/jwks")
    def jwks() -> dict[str, Any]:
        return {"keys": [issuer.signer.public]}

    @app.get("/health/live")
    @app.get("/health/ready")
    def ready() -> dict[str, str]:
        return {"status": "ready"}


def _authorize(app: FastAPI, issuer: Issuer) -> None:
    @app.get("/authorize")
    def ask(wish: Annotated[Wish, Query()]) -> HTMLResponse:
        issuer.check(wish)
        return HTMLResponse(sign_in.page(wish.model_dump()))

    @app.post("/authorize")
    def chose(chosen: Annotated[Chosen, Form()]) -> RedirectResponse:
        answer = {"code": issuer.code(chosen), "iss": issuer.url}
        query = urlencode({**answer, **({"state": chosen.state} if chosen.state else {})})
        joint = "&" if urlsplit(chosen.redirect_uri).query else "?"
        return RedirectResponse(f"{chosen.redirect_uri}{joint}{query}", 303)


def _token(app: FastAPI, issuer: Issuer) -> None:
    basic = HTTPBasic(auto_error=False)

    @app.post("/token")
    async def token(request: Request, grant: Annotated[Grant, Form()]) -> JSONResponse:
        if named := await basic(request):
            client = {"client_id": named.username, "client_secret": named.password}
            grant = grant.model_copy(update=client)
        return JSONResponse(issuer.tokens(grant), headers={"Cache-Control": "no-store"})
