"""What becomes of referrals and cases."""

from typing import Any

from tests.intake.desk import Desk


async def close(desk: Desk, case_id: str, code: str, who: dict[str, str]) -> Any:
    path = f"/v1/cases/{case_id}/close"
    return await desk.http.post(path, json={"end_code": code}, headers=who)


async def reject(desk: Desk, case_id: str) -> Any:
    path = f"/v1/referrals/{case_id}/reject"
    return await desk.http.post(path, json={"reason": "not our area"}, headers=desk.desk)
