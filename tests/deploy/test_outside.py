"""What servers keep outside the project's folder says whose it is, and does not stay for ever."""

import shutil
from pathlib import Path

from deploy.embedded.outside import forsaken, home_of, set_aside, sign, sweep
from deploy.local.place import Place


def kept(place: Path, name: str, *, scratch: bool) -> tuple[Path, Path]:
    """Data of a folder, and the folder."""
    owner = place / "clones" / name
    owner.mkdir(parents=True)
    home = home_of(owner, place)
    (home / "postgres").mkdir(parents=True)
    sign(home, owner, scratch=scratch)
    return home, owner


def test_what_a_test_left_goes_once_its_folder_is_gone(tmp_path: Path) -> None:
    home, owner = kept(tmp_path, "test", scratch=True)
    sweep(tmp_path)
    assert home.exists()
    owner.rmdir()
    sweep(tmp_path)
    assert not home.exists()


def test_what_somebody_made_is_told_of_and_stays(tmp_path: Path) -> None:
    home, owner = kept(tmp_path, "run", scratch=False)
    assert forsaken(tmp_path) == []
    owner.rmdir()
    sweep(tmp_path)
    assert home.exists()
    assert forsaken(tmp_path) == [(home, str(owner))]


def test_what_an_earlier_folder_of_the_same_name_left_is_kept_beside(tmp_path: Path) -> None:
    """Its path is there again, and is another clone's: that begins with nothing."""
    home, owner = kept(tmp_path, "run", scratch=False)
    set_aside(owner, tmp_path)
    assert not home.exists()
    [(beside, said)] = forsaken(tmp_path)
    assert ((beside / "postgres").is_dir(), said) == (True, f"{owner} (an earlier one)")
    set_aside(owner, tmp_path)
    assert len(forsaken(tmp_path)) == 1


def test_only_a_place_without_its_secrets_begins_with_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path / "local")
    home = home_of(place.folder / "postgres")
    try:
        for there in (False, True):  # the first has no secrets yet
            home.mkdir(exist_ok=True)
            sign(home, place.folder, scratch=True)
            place.make()
            assert home.exists() is there
            assert place.settings.master_key
    finally:
        for each in home.parent.glob(f"{home.name}*"):
            shutil.rmtree(each)


def test_what_says_nothing_of_its_owner_is_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / "tidemark-0123456789ab"
    strange.mkdir()
    sweep(tmp_path)
    assert strange.exists()
    assert forsaken(tmp_path) == []


def test_another_spelling_of_a_folder_is_the_same_home(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert home_of(tmp_path / "link", tmp_path) == home_of(tmp_path / "real", tmp_path)
