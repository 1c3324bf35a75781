"""Normal addresses: two spellings of one place are one; the page of an owner is no place of a commons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.catalogue.addresses import is_owner_page, normal_url, on_forge


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://www.7-zip.org/", "7-zip.org"),
        ("http://7-ZIP.org", "7-zip.org"),
        ("https://github.com/Ansible/ansible.git", "github.com/ansible/ansible"),
        ("git@github.com:ansible/ansible.git", "github.com/ansible/ansible"),
        ("ssh://git@gitlab.example.org:2222/a/b.git", "gitlab.example.org/a/b"),
        ("git://git.kernel.org/pub/scm/virt/kvm/kvm.git", "git.kernel.org/pub/scm/virt/kvm/kvm"),
        ("https://github.com/a/b/?tab=readme#top", "github.com/a/b"),
        ("https://github.com/a/b/tree/main", "github.com/a/b"),
        ("https://github.com/a/b/tree/main/sub", "github.com/a/b/tree/main/sub"),
        ("https://gitlab.com/g/h/i/-/issues", "gitlab.com/g/h/i"),
        ("https://example.org:443/A/b/", "example.org/A/b"),
        ("https://example.org:8443/A//b/", "example.org:8443/A/b"),
        ("example.org/x", "example.org/x"),
        ("https://aigle.beta.gouv.fr/#/accueil", "aigle.beta.gouv.fr"),
        ("", ""),
        ("no address", ""),
        ("https://", ""),
        ("https://[::1", ""),
        ("mailto:x", ""),
    ],
)
def test_normal_url(url, normal):
    assert normal_url(url) == normal


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://github.com/tchapgouv", True),
        ("https://github.com/orgs/amgix/repositories", True),
        ("https://github.com/", True),
        ("https://gitlab.com/panoramax", True),
        ("https://gitlab.adullact.net/groupe", True),
        ("https://github.com/umap-project/umap", False),
        ("https://framagit.org/a/b", False),
        ("https://git.example.org/tool.git", False),
        ("https://tchap.gouv.fr/", False),
        ("https://user.github.io/", False),
        ("", False),
    ],
)
def test_owner_pages(url, owner):
    assert is_owner_page(url) is owner


def test_forges_are_known_by_list_or_by_name():
    forges = (
        "https://codeberg.org/a/b",
        "https://gricad-gitlab.univ-grenoble-alpes.fr/a/b",
        "https://git.eclipse.org/c/x",
    )
    others = (
        "https://about.gitlab.com/x",
        "https://git-scm.com/",
        "https://gitlab.io.example/",
        "https://example.org/git",
    )
    assert [url for url in forges if not on_forge(url)] == []
    assert [url for url in others if on_forge(url)] == ["https://gitlab.io.example/"]


@given(st.text(max_size=60))
def test_normal_url_never_raises(url):
    assert isinstance(normal_url(url), str)
    assert is_owner_page(url) in (True, False)


@given(st.from_regex(r"[a-z]{1,8}\.[a-z]{2,3}(/[A-Za-z0-9]{1,6}){0,4}", fullmatch=True))
def test_normal_url_is_stable_and_blind_to_spelling(bare):
    normal = normal_url(bare)
    assert normal_url(normal) == normal
    assert {
        normal_url(f"{start}{bare}{end}") for start in ("http://", "https://www.") for end in ("", "/", "?q", "#f")
    } == {normal}
