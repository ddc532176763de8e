"""Writes a folder of made-up experiments in DSSAT's files alone, as others' folders may be: odd, short of parts, or wrong.

The tests write it anew each time; no file of anyone's is copied.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

PTX = """*EXP.DETAILS: {name}PT MADE UP, FOR A TEST

*GENERAL
@PEOPLE
nobody; *not a section
@NOTES
 1 2 3

*TREATMENTS                        -------------FACTOR LEVELS------------
@N R O C TNAME.................... CU FL SA IC MP MI MF MR MC MT ME MH SM
{treatments}

*CULTIVARS
@C CR INGENO CNAME
 1 PT XX0001 {cultivar}

*FIELDS
@L ID_FIELD WSTA....  FLSA  FLOB  FLDT  FLDD  FLDS  FLST SLTX  SLDP  ID_SOIL    FLNAME
 1 {name} {station}   -99   -99   -99   -99   -99   -99 L      -99  {soil} -99
@L ...........XCRD ...........YCRD .....ELEV .............AREA .SLEN .FLWR .SLAS FLHST FHDUR
 1       -75.5000        -12.0000      3300               -99   -99   -99   -99   -99   -99

*INITIAL CONDITIONS
@C   PCR ICDAT  ICRT  ICND  ICRN  ICRE  ICWD ICRES ICREN ICREP ICRIP ICRID ICNAME
 1   -99   -99   -99   -99   -99   -99   -99   -99   -99   -99   -99   -99 -99
@C  ICBL  SH2O  SNH4  SNO3
 1    30   .25   -99   -99
 1    60   -99    .8   6.8

*PLANTING DETAILS
@P PDATE EDATE  PPOP  PPOE  PLME  PLDS  PLRS  PLRD  PLDP  PLWT  PAGE  PENV  PLPH  SPRL                        PLNAME
{planting}

*IRRIGATION AND WATER MANAGEMENT
@I  EFIR  IDEP  ITHR  IEPT  IOFF  IAME  IAMT IRNAME
 1    .8   -99   -99   -99   -99   -99   -99 some
@I IDATE  IROP IRVAL
{water}
! 1   999 IR001    99

*FERTILIZERS (INORGANIC)
@F FDATE  FMCD  FACD  FDEP  FAMN  FAMP  FAMK  FAMC  FAMO  FOCD FERNAME
{feed}

*RESIDUES AND ORGANIC FERTILIZER
@R RDATE  RCOD  RAMT  RESN  RESP  RESK  RINP  RDEP  RMET RENAME
 1   -99 RE003  5000     3   -99   -99   -99    15   -99 manure

*CHEMICAL APPLICATIONS
@C CDATE CHCOD CHAMT  CHME CHDEP   CHT..CHNAME
 1 20160 CH001   -99   -99   -99   -99  -99

*ENVIRONMENT MODIFICATIONS
@E ODATE EDAY  ERAD  EMAX  EMIN  ERAIN ECO2  EDEW  EWIND ENVNAME
 1 {changed} A  -2 M .80 A   2 A   2 A 0.0 R 550 M 0.5 A   0 A 9 shade

*HARVEST DETAILS
@H HDATE  HSTG  HCOM HSIZE   HPC  HBPC HNAME
{harvest}

*SIMULATION CONTROLS
@N GENERAL     NYERS NREPS START SDATE RSEED SNAME.................... SMODEL
 1 GE              1     1     S {changed}  2150 made up
@N MANAGEMENT  PLANT IRRIG FERTI RESID HARVS
 1 MA              R     {mode}     {mode}     R     R
 2 MA              R     A     R     R     R

@  AUTOMATIC MANAGEMENT
@N IRRIGATION  IMDEP ITHRL ITHRU IROFF IMETH IRAMT IREFF
 2 IR             30    60   100 GS000 IR001    10     1
"""
ROW = " {n} 1 1 0 {name:<25}  1  1  1  {ic}  1 {mi} {mf} {mr}  0  0 {me} {mh}  {sm}"
SOIL = """*SOILS: made up
!a comment
*ODD0000001  made        -99        50 wrong below, and nobody asks for it
@SITE        COUNTRY          LAT     LONG SCS FAMILY
 -99         -99              -99      -99 -99
@  SLB  SLMH  SLLL  SDUL  SSAT  SRGF
    30   -99  word  .220  .430     1

*ODD0000002  made        -99        90 with a chemistry table, a blank cell
@SITE        COUNTRY          LAT     LONG SCS FAMILY
 -99         -99              -99      -99 -99
@ SCOM  SALB  SLU1  SLDR  SLRO  SLNF  SLPF  SMHB  SMPX  SMKE
   -99   .13     6    .5    65     1     1 IB001 IB001 IB001
@  SLB  SLMH  SLLL  SDUL  SSAT  SRGF  SSKS  SBDM  SLOC  SLCL  SLSI  SLCF  SLNI  SLHW  SLHB  SCEC  SADC
    30        .120  .260  .430     1   -99  1.30   2.1   -99   -99   -99   -99   6.1   -99   -99   -99
    90   -99  .110  .240  .410   .45   -99   -99   -99   -99   -99   -99   -99   6.3   -99   -99   -99
@  SLB  SLPX  SLPT  SLPO CACO3  SLAL
    30    12   -99   -99   -99   -99
    90     5   -99   -99   -99   -99

*ODD0000003  made        -99        90 the wilting point is above the capacity
@  SLB  SLMH  SLLL  SDUL  SSAT  SRGF
    90   -99  .320  .240  .410     1
"""


def experiment(name: str, **given: str) -> str:
    """Return a PTX; what is not given is a plain season of 2020 on the northern half of the Earth."""
    plain = {
        "name": name, "treatments": ROW.format(n=1, name="plain", ic=1, mi=" 1", mf=" 1", mr=" 0", me=" 0", mh=" 1", sm=1), "cultivar": "Russet Burbank",
        "station": "YSFA    ", "soil": "ODD0000002", "planting": " 1 20126   -99     5     5     S     R    80   -99    10   500   -99   -99   -99   -99 -99",
        "water": " 1 20170 IR004    30", "feed": " 1 20126 FE001 AP004   -99   120   -99   -99   -99   -99   -99 -99", "changed": "20126",
        "harvest": " 1 20260 GS000   -99   -99   -99   -99", "mode": "R",
    }  # fmt: skip
    return PTX.format(**plain | given)


def highland(place: Path) -> None:
    """Write a crop of the southern highland tropics, over the new year: years of four digits, days after planting."""
    rows = [ROW.format(n=1, name="I1 T 1 with 2 numbers", ic=1, mi=" 1", mf=" 1", mr=" 1", me=" 1", mh=" 1", sm=1),
            ROW.format(n=2, name="automatic", ic=0, mi=" 0", mf=" 0", mr=" 0", me=" 0", mh=" 0", sm=2)]  # fmt: skip
    text = experiment(
        "HLPE1301", treatments="\n".join(rows), cultivar="RUSSET BURBANC", station="HLPE    ", changed="2013300", mode="D", harvest=" 1 2014060 GS000   -99   -99   -99   -99",
        planting=" 1 2013288   -99   3.3   -99     S     R   100   -99     8   444   -99   -99   -99     2                        -99",
        water=" 1    30 IR001    20\n 1    50 IR007    10", feed=" 1     0 FE010 AP002   -99    80   -99   -99   -99   -99   -99 -99\n 1    45 FE099 AP001   -99    40   -99   -99   -99   -99   -99 -99",
    )  # fmt: skip
    (place / "HLPE1301.PTX").write_text(text, "utf-8")
    (place / "HLPE1301.PTA").write_text("*EXP.DATA (A): HLPE1301PT\n\n@TRNO   UWAH  EDAT  HDAT\n     1   6100   315    61\n     2    -99   316    58\n     9   5000   -99   -99\n", "utf-8")  # fmt: skip
    (place / "HLPE1301.PTT").write_text("*EXP.DATA (T): HLPE1301PT\n! a comment\n@TRNO    DATE   UWAD  LAID\n     1 2014020   2500        \n     1 2014050   5900   2.1\n", "utf-8")  # fmt: skip
    for year in (2013, 2014):
        lines = ["$WEATHER DATA : MADE UP", "", "@  INSI   WTHLAT   WTHLONG  WELEV   TAV   AMP  REFHT  WNDHT", "   HLPE   -12.00    -75.50    -99   -99   -99    -99    -99",
                 "@  DATE  SRAD  TMAX  TMIN  RAIN  DEWP  WIND"]  # fmt: skip
        for day in range(1, 366):
            wave = math.sin(day / 9)
            lines.append(f"{year}{day:03d} {19 + 3 * wave:5.1f} {18 + wave:5.1f} {5 + wave:5.1f} {6 * (day % 4 == 0):5.1f}   -99   -99")  # fmt: skip
        (place / f"HLPE{year % 100}01.WTH").write_text("\n".join(lines) + "\n", "utf-8")


def weather(place: Path, name: str, *, radiation: str = "", warm: str = "") -> None:
    """Write a temperate 2020; day 200 has another radiation or warmth if given."""
    lines = ["*WEATHER DATA : MADE UP", "@ INSI      LAT     LONG  ELEV   TAV   AMP REFHT WNDHT  CCO2", f"  {name[:4]}   41.000  113.000  1400 -99.0 -99.0 -99.0 -99.0 -99.0",
             "@DATE  SRAD  TMAX  TMIN  RAIN"]  # fmt: skip
    for day in range(1, 367):
        when, wave = date(2020, 1, 1) + timedelta(days=day - 1), -math.cos(2 * math.pi * day / 365)
        srad, tmax = f"{14 + 7 * wave:6.1f}", f"{13 + 13 * wave:6.1f}"
        if day == 200:
            srad, tmax = f"{radiation or srad:>6}", f"{warm or tmax:>6}"
        lines.append(f"{when:%y%j}{srad}{tmax}{1 + 13 * wave:6.1f}{2.0 * (day % 3 == 0):6.1f}")
    (place / f"{name}.WTH").write_text("\n".join(lines) + "\n", "utf-8")


def write(place: Path) -> None:
    """Write the folder."""
    (place / "Weather").mkdir(parents=True)
    highland(place)
    weather(place / "Weather", "YSFA2001")
    weather(place / "Weather", "GAPS2001", radiation="-99")
    weather(place / "Weather", "COLD2001", warm="-20")
    (place / "SOIL.SOL").write_text(SOIL, "utf-8")
    feed = " 1 20126 FE005 AP001     1   120   -99   -99   -99   -99   -99 -99"
    slips = " 1 20140   -99     5   -99     T     R    80   -99     5   500    20   -99   -99   -99 -99"
    texts = {
        "GOOD2001": experiment("GOOD2001", feed=feed),
        "SLIP2001": experiment("SLIP2001", planting=slips, harvest="", treatments=ROW.format(n=1, name="slips", ic=1, mi=" 1", mf=" 1", mr=" 0", me=" 0", mh=" 0", sm=1)),
        "GAPS2001": experiment("GAPS2001", station="GAPS2001"),
        "COLD2001": experiment("COLD2001", station="COLD    "),
        "NOWH2001": experiment("NOWH2001", station="NOWHERE1"),
        "SOIL2001": experiment("SOIL2001", soil="ODD0000003"),
        "SOIL2002": experiment("SOIL2002", soil="ODD0000004"),
        "DATE2001": experiment("DATE2001", harvest=" 1 20100 GS000   -99   -99   -99   -99"),
        "RUIN2001": "*EXP.DETAILS: RUIN2001PT\n\n*TREATMENTS\n 1 1 1 0 short  1  1\n",
    }  # fmt: skip
    for name, text in texts.items():
        (place / f"{name}.PTX").write_text(text, "utf-8")
    (place / "GOOD2001.PTA").write_text("*EXP.DATA (A): GOOD2001PT\n@TRNO   UWAH\n     1   9000\n", "utf-8")
    (place / "SLIP2001.PTT").write_text("*EXP.DATA (T): SLIP2001PT\n@TRNO   DATE  LAID\n     1 20240   1.0\n", "utf-8")  # fmt: skip
    (place / "VOID2001.PTX").write_bytes(bytes(range(256)))
