"""``tuwei user``: accounts from the command line."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="账号 · Accounts.")
Email = Annotated[str, typer.Argument(help="电子邮箱 · e-mail address")]
Ask = Annotated[
    bool, typer.Option("--ask", help="输入密码，而不是随机生成 · type a password instead of drawing one")
]


@app.command()
def create(
    email: Email,
    name: Annotated[str, typer.Option(help="姓名 · name")],
    role: Annotated[str, typer.Option(help="enterprise researcher broker commissioner officer admin")],
    organisation: Annotated[str, typer.Option(help="已登记单位的全称 · a registered organisation")] = "",
    ask: Ask = False,
) -> None:
    """建立账号，直接开通 · Make an account, open at once."""
    from .services.direct import user_create

    made, password = user_create(
        email=email, name=name, role=role, organisation=organisation, password=_asked(ask)
    )
    typer.echo(f"{made.email}\t{made.role}")
    _tell(password, ask)


@app.command()
def password(email: Email, ask: Ask = False) -> None:
    """设置新密码 · Set a new password."""
    from .services.direct import user_set_password

    _tell(user_set_password(email=email, password=_asked(ask)), ask)


@app.command("factor-off")
def factor_off(email: Email) -> None:
    """手机和备用码都丢失时，关闭其两步验证 · Turn the second factor off for someone who lost phone and codes."""
    from .services.direct import the_user
    from .services.second_factor import turn_off

    turn_off(actor=None, user=the_user(email))
    typer.echo("已关闭 · off")


@app.command("list")
def list_users() -> None:
    """列出账号 · List the accounts."""
    from .models import User

    for user in User.objects.select_related("organisation").iterator():
        typer.echo("\t".join([user.email, user.role, user.state, user.name, str(user.organisation or "-")]))


@app.command()
def demo() -> None:
    """建立每种角色的演示账号，密码存于数据文件夹 · Demo accounts, one a role; passwords in the data folder."""
    from .services.demo import demo_create, demo_file

    typer.echo(demo_create(), nl=False)
    typer.echo(f"\n{demo_file()}")


@app.command("purge-demo")
def purge_demo() -> None:
    """删除演示账号 · Remove the demo accounts."""
    from .services.demo import demo_purge

    deleted, shut = demo_purge()
    typer.echo(f"已删除 {deleted} 个，停用 {shut} 个 · {deleted} deleted, {shut} shut")


def _asked(ask: bool) -> str:
    if not ask:
        return ""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("密码 · password", hide_input=True, confirmation_prompt=True))


def _tell(password: str, asked: bool) -> None:
    """A drawn password is shown this once."""
    typer.echo(
        "密码已设置 · password set" if asked else f"密码（只显示一次）· password (shown once): {password}"
    )
