"""Writes a small folder of trials in the layout that ``tuwei potato validate`` reads: made-up trials, made-up weather.

Run it to renew the folder beside it; the numbers are ours, no file of anyone's is copied.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tuwei.potato import generate_weather

HERE = Path(__file__).parent / "trials"
TREATMENTS = """exp,trt,name,cultivar_code,cultivar,weather_station,soil_id,planting,emergence_obs,plants_per_m2,row_spacing_cm,depth_cm,harvest,irrigation_mm_recorded,n_irrigations,N_kg_ha,n_fert_events
YSFA2001,1,wet N150,XX0001,MADE UP,YSFA,YSFA000001,2020-05-05,2020-06-01,5,80,10,2020-09-15,200,8,150,2
YSFA2001,2,dry N150,XX0001,MADE UP,YSFA,YSFA000001,2020-05-05,,5,80,10,2020-09-15,0,0,150,2
YSFA2101,1,shade 60%,XX0001,MADE UP,YSFA,YSFA000001,2021-05-05,,5,80,10,2021-09-15,0,0,80,1
YSFB2001,1,automatic,XX0002,Russet Burbank,YSFB,YSFA000001,2020-05-10,,4,90,12,2020-09-20,0,0,200,1
"""
OBSERVATIONS = """exp,trt,date,kind,variable,value
YSFA2001,1,2020-07-20,timecourse,UWAD,2500
YSFA2001,1,2020-07-20,timecourse,LAID,3.4
YSFA2001,1,2020-09-15,harvest,UWAH,10200
YSFA2001,2,2020-09-15,harvest,UWAH,6900
YSFA2101,1,2021-09-15,harvest,UWAH,5600
YSFB2001,1,2020-08-20,timecourse,UWAD,7600
YSFB2001,1,2020-09-18,timecourse,UWAD,9900
"""
SOIL = """*SOILS: made up for a test

*YSFA000001  -99         SL        90  Sandy loam
@SITE        COUNTRY          LAT     LONG SCS FAMILY
 -99         -99              -99      -99 -99
@ SCOM  SALB  SLU1  SLDR  SLRO  SLNF  SLPF  SMHB  SMPX  SMKE
   -99   .13     6    .5    65     1     1 IB001 IB001 IB001
@  SLB  SLMH  SLLL  SDUL  SSAT  SRGF  SSKS  SBDM  SLOC  SLCL  SLSI  SLCF  SLNI  SLHW  SLHB  SCEC  SADC
    30   -99  .090  .220  .430     1   -99  1.40   1.2   -99   -99   -99   -99   7.8   -99   -99   -99
    90   -99  .090  .210  .410   .45   -99   -99   -99   -99   -99   -99   -99   7.9   -99   -99   -99
"""
EXPERIMENT = """*EXP.DETAILS: {name}PT MADE UP

*TREATMENTS                        -------------FACTOR LEVELS------------
@N R O C TNAME.................... CU FL SA IC MP MI MF MR MC MT ME MH SM
 1 1 0 0 shade 60% or so            1  1  0  1  1  0  1  0  0  0  {change}  1  1

*INITIAL CONDITIONS
@C   PCR ICDAT  ICRT  ICND  ICRN  ICRE  ICWD ICRES ICREN ICREP ICRIP ICRID ICNAME
 1    FA {start}   -99   -99   -99   -99   -99   -99   -99   -99   -99   -99 -99
@C  ICBL  SH2O  SNH4  SNO3
 1    20   .12    .5     6
 1    60   .15    .5     3

*ENVIRONMENT MODIFICATIONS
@E ODATE EDAY  ERAD  EMAX  EMIN  ERAIN ECO2  EDEW  EWIND ENVNAME
 1 {start} A   0 M  .6 M  .9 A   1 A 0.0 A   0 A   0 A   0

*SIMULATION CONTROLS
@N GENERAL     NYERS NREPS START SDATE RSEED SNAME.................... SMODEL
 1 GE              1     1     S {start}  2150 made up
@N MANAGEMENT  PLANT IRRIG FERTI RESID HARVS
 1 MA              R     {irrigation}     R     R     R
@  AUTOMATIC MANAGEMENT
@N IRRIGATION  IMDEP ITHRL ITHRU IROFF IMETH IRAMT IREFF
 1 IR             40    60   100 IB001 IB001    10     1
"""


def weather_file(station: str, year: int, seed: int) -> str:
    """Return a WTH of a year; one radiation is missing, one temperature doubtful."""
    made = generate_weather("ulanqab", date(year, 1, 1), date(year, 12, 31), seed=seed)
    lines = [f"*WEATHER DATA : {station}", "", "@ INSI      LAT     LONG  ELEV   TAV   AMP REFHT WNDHT",
             f"  {station}   41.000  113.000   -99 -99.0 -99.0 -99.0 -99.0", "@DATE  SRAD  TMAX  TMIN  RAIN"]  # fmt: skip
    for day in range(made.days):
        when = date(year, 1, 1) + timedelta(days=day)
        srad = -99.0 if day == 200 else made.srad[day]
        flag = "a" if day == 210 else ""
        lines.append(
            f"{when:%y%j}{srad:6.1f}{made.tmax[day]:6.1f}{flag or ' '}{made.tmin[day]:5.1f}{made.rain[day]:6.1f}"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the folder."""
    raw = HERE / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    (HERE / "treatments.csv").write_text(TREATMENTS, "utf-8")
    (HERE / "observations.csv").write_text(OBSERVATIONS, "utf-8")
    rows = [f"YSFA2001,1,{date(2020, 6, 10) + timedelta(days=10 * place)},25.0" for place in range(8)]
    (HERE / "irrigation.csv").write_text("\n".join(["exp,trt,date,value_as_recorded", *rows]) + "\n", "utf-8")
    (HERE / "fertiliser.csv").write_text(
        "exp,trt,date,material_code,method_code,depth_cm,N_kg_ha,P_kg_ha,K_kg_ha\n"
        "YSFA2001,1,2020-05-05,FE001,-99,10,90,-99,-99\nYSFA2001,1,2020-07-01,FE005,-99,1,60,-99,-99\n"
        "YSFA2001,2,2020-05-05,FE001,-99,10,90,-99,-99\nYSFA2001,2,2020-07-01,FE005,-99,1,60,-99,-99\n"
        "YSFA2101,1,2021-05-05,FE001,-99,10,80,-99,-99\nYSFB2001,1,2020-05-10,FE002,-99,10,200,40,-99\n", "utf-8")  # fmt: skip
    (raw / "MADE.SOL").write_text(SOIL, "utf-8")
    (raw / "YSFA2101.PTX").write_text(
        EXPERIMENT.format(name="YSFA2101", start="21120", change=1, irrigation="R"), "utf-8"
    )
    (raw / "YSFB2001.PTX").write_text(
        EXPERIMENT.format(name="YSFB2001", start="20126", change=0, irrigation="A"), "utf-8"
    )
    for station, year, seed in (("YSFA", 2020, 1), ("YSFA", 2021, 2), ("YSFB", 2020, 3)):
        (raw / f"{station}{year % 100}01.WTH").write_text(weather_file(station, year, seed), "utf-8")


if __name__ == "__main__":
    main()
