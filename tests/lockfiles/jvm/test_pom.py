"""
``pom.xml``.

The expected versions are those of Maven's own model builder (3.8) for the same files, written down by hand.
"""

from __future__ import annotations

import pytest

from pregate.lockfiles import readers
from pregate.lockfiles.model import Depth, Package
from pregate.model import Location, Related
from tests.lockfiles.reading import flagged, pins, read_of, read_text, told

PLAIN = """\
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>app</artifactId>
  <version>1.4.0</version>

  <properties>
    <jackson.version>2.9.8</jackson.version>
    <spring>5.3</spring>
    <spring.version>${spring}.1</spring.version>
  </properties>

  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>org.slf4j</groupId>
        <artifactId>slf4j-api</artifactId>
        <version>1.7.30</version>
      </dependency>
      <dependency>
        <groupId>junit</groupId>
        <artifactId>junit</artifactId>
        <version>4.12</version>
        <scope>test</scope>
      </dependency>
      <dependency>
        <groupId>org.unused</groupId>
        <artifactId>unused</artifactId>
        <version>1.0</version>
      </dependency>
    </dependencies>
  </dependencyManagement>

  <dependencies>
    <dependency>
      <groupId>commons-io</groupId>
      <artifactId>commons-io</artifactId>
      <version>2.6</version>
    </dependency>
    <dependency>
      <groupId>com.fasterxml.jackson.core</groupId>
      <artifactId>jackson-databind</artifactId>
      <version>${jackson.version}</version>
    </dependency>
    <dependency>
      <groupId>org.springframework</groupId>
      <artifactId>spring-web</artifactId>
      <version>${spring.version}</version>
      <optional>true</optional>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-api</artifactId>
    </dependency>
    <dependency>
      <groupId>junit</groupId>
      <artifactId>junit</artifactId>
    </dependency>
    <dependency>
      <groupId>${project.groupId}</groupId>
      <artifactId>core</artifactId>
      <version>${project.version}</version>
    </dependency>
  </dependencies>

  <build>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.8.0</version>
        <dependencies>
          <dependency>
            <groupId>org.ow2.asm</groupId>
            <artifactId>asm</artifactId>
            <version>9.0</version>
          </dependency>
        </dependencies>
      </plugin>
    </plugins>
  </build>
</project>
"""


def project(body: str, artifact: str = "app", version: str = "1.0") -> str:
    own = f"<version>{version}</version>" if version else ""
    return f"<project><groupId>com.example</groupId><artifactId>{artifact}</artifactId>{own}{body}</project>"


def child(body: str, artifact: str = "child", parent: str = "parent", more: str = "") -> str:
    return (
        f"<project><parent><groupId>com.example</groupId><artifactId>{parent}</artifactId>"
        f"<version>1.0</version>{more}</parent><artifactId>{artifact}</artifactId>{body}</project>"
    )


def dependency(name: str, version: str = "", more: str = "") -> str:
    group, _, artifact = name.partition(":")
    text = f"<version>{version}</version>" if version else ""
    return (
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>{text}{more}</dependency>"
    )


def dependencies(*entries: str) -> str:
    return f"<dependencies>{''.join(entries)}</dependencies>"


def managed(*entries: str) -> str:
    return f"<dependencyManagement>{dependencies(*entries)}</dependencyManagement>"


def test_the_dependencies_of_a_project() -> None:
    reading = read_text("pom.xml", PLAIN)
    assert [(p.name, p.version, p.dev, p.optional) for p in reading.packages] == [
        ("commons-io:commons-io", "2.6", False, False),
        ("com.fasterxml.jackson.core:jackson-databind", "2.9.8", False, False),
        ("org.springframework:spring-web", "5.3.1", False, True),
        ("org.slf4j:slf4j-api", "1.7.30", False, False),
        ("junit:junit", "4.12", True, False),
        ("com.example:core", "1.4.0", False, False),
    ]
    assert reading.unread == ()
    assert flagged(reading, PLAIN) == [
        "2.6",
        "${jackson.version}",
        "${spring.version}",
        "slf4j-api",
        "junit",
        "${project.version}",
    ]


def test_namespaces_change_nothing() -> None:
    bare = PLAIN.replace(' xmlns="http://maven.apache.org/POM/4.0.0"', "")
    assert pins(read_text("pom.xml", bare)) == pins(read_text("pom.xml", PLAIN))
    prefixed = "<m:project xmlns:m='urn:m'><m:dependencies><m:dependency><m:groupId>g</m:groupId>"
    prefixed += "<m:artifactId>a</m:artifactId><m:version>1</m:version></m:dependency></m:dependencies>"
    assert pins(read_text("pom.xml", prefixed + "</m:project>")) == [("g:a", "1")]


def test_a_literal_version_is_all_that_an_upgrade_takes() -> None:
    first, second = read_text("a/pom.xml", PLAIN).packages[:2]
    assert first == Package(
        "Maven",
        "commons-io:commons-io",
        "2.6",
        Location("a/pom.xml", 39, 16, 39, 19),
        "pom.xml",
        around=("      <version>", "</version>"),
        depth=Depth.DIRECT,
    )
    assert second.around == ()


def test_where_a_version_is_written_that_stands_elsewhere() -> None:
    packages = {p.name: p for p in read_text("pom.xml", PLAIN).packages}
    assert packages["com.fasterxml.jackson.core:jackson-databind"].related == (
        Related(Location("pom.xml", 9, 22, 9, 27), "its version is written here"),
    )
    assert packages["org.slf4j:slf4j-api"].related == (
        Related(Location("pom.xml", 19, 18, 19, 24), "its version is managed here"),
    )


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("${revision}", "1.0-SNAPSHOT"),
        ("${a}-${b}", "1-2"),
        ("${c}", "2"),
        ("${project.version}", "1.0-SNAPSHOT"),
        ("${pom.version}", "1.0-SNAPSHOT"),
        ("${version}", "1.0-SNAPSHOT"),
        ("${project.artifactId}", "app"),
        ("[3.0]", "3.0"),
        ("[ ${a} ]", "1"),
        ("1.0<!-- a comment -->.1", "1.0.1"),
        ("\n  1.0\n  ", "1.0"),
        ("31.0.1-jre", "31.0.1-jre"),
    ],
)
def test_versions_that_the_file_tells(version: str, expected: str) -> None:
    properties = "<properties><revision>1.0-SNAPSHOT</revision><a>1</a><b>2</b><c>${b}</c></properties>"
    text = project(properties + dependencies(dependency("g:a", version)), version="${revision}")
    reading = read_text("pom.xml", text)
    assert pins(reading) == [("g:a", expected)]
    assert reading.unread == ()


@pytest.mark.parametrize(
    ("version", "detail"),
    [
        ("[1.0,2.0)", "g:a is not pinned to one version"),
        ("(,1.0]", "g:a is not pinned to one version"),
        ("[1.0],[2.0]", "g:a is not pinned to one version"),
        ("LATEST", "g:a is not pinned to one version"),
        ("RELEASE", "g:a is not pinned to one version"),
        ("${unknown}", "g:a has the version ${unknown}, which the repository does not define"),
        ("${env.VERSION}", "g:a has the version ${env.VERSION}, which the repository does not define"),
        ("${x}", "g:a has the version ${x}, which the repository does not define"),
        ("${x", "g:a has the version ${x, which the repository does not define"),
        ("", "g:a has no version"),
    ],
)
def test_versions_that_nobody_can_tell(version: str, detail: str) -> None:
    properties = "<properties><x>${y}</x><y>${x}</y></properties>"
    text = project(properties + "\n" + dependencies(dependency("g:a", version)))
    reading = read_text("pom.xml", text)
    assert reading.packages == ()
    assert told(reading) == [("not-audited", 2, detail)]


def test_an_entry_without_a_name_loses_itself() -> None:
    entries = (
        dependency(":a", "1"),
        dependency("g:", "1"),
        dependency("${unknown}:a", "1"),
        "<dependency/>",
        dependency("g:b", "1 2"),
        dependency("g:a", "1"),
    )
    reading = read_text("pom.xml", project(dependencies(*entries)))
    assert pins(reading) == [("g:a", "1")]
    assert sorted(reason for reason, _, _ in told(reading)) == ["not-audited", *["unparsable"] * 4]


def test_of_one_dependency_declared_twice_the_last_counts() -> None:
    text = project(dependencies(dependency("g:a", "1"), dependency("g:a", "2"), dependency("g:b", "3")))
    assert pins(read_text("pom.xml", text)) == [("g:a", "2"), ("g:b", "3")]


def test_type_and_classifier_tell_managed_versions_apart() -> None:
    text = project(
        managed(
            dependency("g:a", "1"),
            dependency("g:a", "2", "<type>test-jar</type>"),
            dependency("g:a", "3", "<classifier>linux</classifier>"),
        )
        + dependencies(
            dependency("g:a", "", "<classifier>linux</classifier>"),
            dependency("g:a", "", "<type>test-jar</type>"),
            dependency("g:a"),
        )
    )
    assert pins(read_text("pom.xml", text)) == [("g:a", "3"), ("g:a", "2"), ("g:a", "1")]


def test_a_dependency_of_its_own_version_takes_the_managed_scope() -> None:
    text = project(
        managed(dependency("g:a", "1", "<scope>test</scope>"))
        + dependencies(dependency("g:a", "2"), dependency("g:b", "1", "<scope>provided</scope>"))
    )
    assert [(p.version, p.dev) for p in read_text("pom.xml", text).packages] == [("2", True), ("1", False)]


def test_profiles_count_with_their_own_properties_and_managed_versions() -> None:
    profile = (
        "<properties><v>2</v></properties>"
        + managed(dependency("g:m", "4"))
        + dependencies(dependency("g:b", "${v}"), dependency("g:m"), dependency("g:c"))
    )
    text = project(
        "<properties><v>1</v></properties>"
        + managed(dependency("g:m", "3"), dependency("g:c", "5"))
        + dependencies(dependency("g:a", "${v}"), dependency("g:m"))
        + f"<profiles><profile><id>p</id>{profile}</profile></profiles>"
    )
    assert pins(read_text("pom.xml", text)) == [
        ("g:a", "1"),
        ("g:m", "3"),
        ("g:b", "2"),
        ("g:m", "4"),
        ("g:c", "5"),
    ]


def test_a_profile_that_is_active_by_default_speaks_for_the_project() -> None:
    active = "<activation><activeByDefault>true</activeByDefault></activation>"
    text = project(
        "<properties><v>1</v></properties>"
        + dependencies(dependency("g:a", "${v}"), dependency("g:m"))
        + f"<profiles><profile>{active}<properties><v>2</v></properties>{managed(dependency('g:m', '3'))}"
        "</profile></profiles>"
    )
    assert pins(read_text("pom.xml", text)) == [("g:a", "2"), ("g:m", "3")]


PARENT = project(
    "<packaging>pom</packaging><properties><p>1.5</p><q>old</q></properties>"
    + managed(dependency("g:m", "${q}"), dependency("g:n", "2", "<scope>test</scope>")),
    "parent",
)
CHILD = child(
    "<properties><q>new</q></properties>"
    + dependencies(
        dependency("g:m"),
        dependency("g:n"),
        dependency("g:p", "${p}"),
        dependency("g:v", "${project.version}"),
        dependency("g:w", "${project.parent.version}"),
        dependency("${project.groupId}:x", "3"),
    )
)
OF_CHILD = [
    ("g:m", "new"),
    ("g:n", "2"),
    ("g:p", "1.5"),
    ("g:v", "1.0"),
    ("g:w", "1.0"),
    ("com.example:x", "3"),
]


@pytest.mark.parametrize(
    ("parent", "path", "more"),
    [
        ("pom.xml", "child/pom.xml", ""),
        ("pom.xml", "a/b/pom.xml", "<relativePath>../../pom.xml</relativePath>"),
        ("pom.xml", "a/b/pom.xml", "<relativePath>../..</relativePath>"),
        ("parent/pom.xml", "child/pom.xml", "<relativePath>../parent/</relativePath>"),
        ("parent/pom.xml", "child/pom.xml", "<relativePath>..\\parent\\pom.xml</relativePath>"),
        ("base.xml", "child/pom.xml", "<relativePath>../base.xml</relativePath>"),
    ],
)
def test_a_parent_in_the_repository(parent: str, path: str, more: str) -> None:
    text = CHILD.replace("</parent>", f"{more}</parent>")
    assert readers.includes(path, {path: text.encode()}) == (parent,)
    reading = read_of(path, {path: text, parent: PARENT})
    assert pins(reading) == OF_CHILD
    assert reading.unread == ()


def test_parents_of_parents() -> None:
    files = {
        "pom.xml": project(
            "<properties><p>1</p><q>2</q></properties>" + managed(dependency("g:a", "${q}")), "root"
        ),
        "mid/pom.xml": child("<properties><q>3</q></properties>", "mid", "root"),
        "mid/leaf/pom.xml": child(dependencies(dependency("g:a"), dependency("g:b", "${p}")), "leaf", "mid"),
    }
    assert pins(read_of("mid/leaf/pom.xml", files)) == [("g:a", "3"), ("g:b", "1")]


@pytest.mark.parametrize(
    "parent",
    [
        PARENT.replace(">parent<", ">another<"),
        PARENT.replace("<version>1.0<", "<version>9.9<"),
        PARENT.replace("com.example", "com.another"),
        "<project>",
        "<html/>",
    ],
)
def test_another_project_at_the_parents_place_is_not_the_parent(parent: str) -> None:
    reading = read_of("child/pom.xml", {"child/pom.xml": CHILD, "pom.xml": parent})
    assert pins(reading) == [("g:v", "1.0"), ("g:w", "1.0"), ("com.example:x", "3")]
    assert [(reason, detail) for reason, _, detail in told(reading)] == [
        ("not-audited", "g:m has a version that is managed outside the repository"),
        ("not-audited", "g:n has a version that is managed outside the repository"),
        ("not-audited", "g:p has the version ${p}, which the repository does not define"),
    ]


@pytest.mark.parametrize(
    "more",
    [
        "<relativePath/>",
        "<relativePath>../../../pom.xml</relativePath>",
        "<relativePath>/pom.xml</relativePath>",
        "<relativePath>${parent}</relativePath>",
    ],
)
def test_a_parent_outside_the_repository_is_not_looked_for(more: str) -> None:
    text = child(dependencies(dependency("g:a")), more=more)
    assert readers.includes("child/pom.xml", {"child/pom.xml": text.encode()}) == ()
    assert told(read_text("child/pom.xml", text)) == [
        ("not-audited", 1, "g:a has a version that is managed outside the repository")
    ]


def test_a_version_in_a_property_of_the_parent() -> None:
    files = {
        "pom.xml": project("<properties><revision>7</revision></properties>", "parent", "${revision}"),
        "child/pom.xml": child(dependencies(dependency("g:a", "${project.version}"))).replace(
            "<version>1.0<", "<version>${revision}<"
        ),
    }
    assert pins(read_of("child/pom.xml", files)) == [("g:a", "7")]


def test_what_a_parent_declares_is_told_at_the_parent() -> None:
    files = {
        "pom.xml": project(dependencies(dependency("g:a", "1")), "parent"),
        "child/pom.xml": child(dependencies(dependency("g:b", "2"))),
    }
    assert pins(read_of("child/pom.xml", files)) == [("g:b", "2")]
    assert pins(read_of("pom.xml", files)) == [("g:a", "1")]


def test_what_a_child_makes_of_an_inherited_dependency_is_told_at_the_child() -> None:
    files = {
        "pom.xml": project(
            "<properties><v>1</v></properties>"
            + dependencies(dependency("g:a", "${v}"), dependency("g:b", "${v}"), dependency("g:c", "${w}")),
            "parent",
        ),
        "child/pom.xml": child(
            "<properties><v>2</v><w>3</w></properties>" + dependencies(dependency("g:b", "4"))
        ),
    }
    reading = read_of("child/pom.xml", files)
    assert sorted(pins(reading)) == [("g:a", "2"), ("g:b", "4"), ("g:c", "3")]
    (inherited,) = [p for p in reading.packages if p.name == "g:a"]
    assert inherited.location.path == "child/pom.xml"
    assert [(r.location.path, r.message) for r in inherited.related] == [
        ("pom.xml", "it is inherited from here"),
        ("child/pom.xml", "its version is written here"),
    ]


def test_what_a_parent_of_another_name_declares_is_told_at_the_child() -> None:
    files = {
        "base.xml": project(dependencies(dependency("g:a", "1")), "parent"),
        "pom.xml": child("", more="<relativePath>base.xml</relativePath>"),
    }
    assert pins(read_of("pom.xml", files)) == [("g:a", "1")]


BILL = (
    "<dependency><groupId>com.example</groupId><artifactId>app-bom</artifactId><version>1.0</version>"
    "<type>pom</type><scope>import</scope></dependency>"
)


def test_a_bill_of_materials_in_the_repository() -> None:
    files = {
        "pom.xml": project(
            "<modules><module>app-bom</module><module>app</module></modules>"
            + managed(BILL, dependency("g:own", "1")),
            "parent",
        ),
        "app-bom/pom.xml": project(
            "<properties><v>5</v></properties>"
            + managed(dependency("g:a", "${v}"), dependency("g:own", "9")),
            "app-bom",
        ),
        "app/pom.xml": child(dependencies(dependency("g:a"), dependency("g:own")), "app"),
    }
    assert pins(read_of("app/pom.xml", files)) == [("g:a", "5"), ("g:own", "1")]
    del files["app-bom/pom.xml"]
    reading = read_of("app/pom.xml", files)
    assert pins(reading) == [("g:own", "1")]
    assert told(reading) == [("not-audited", 1, "g:a has a version that is managed outside the repository")]


def test_a_bill_of_materials_of_a_profile_and_of_an_unknown_place() -> None:
    profile = managed(BILL) + dependencies(dependency("g:a"), dependency("g:b"))
    files = {
        "pom.xml": project(
            "<modules><module>libs</module></modules>"
            f"<profiles><profile><id>p</id><modules><module>app-bom</module></modules>{profile}</profile></profiles>"
        ),
        "app-bom/pom.xml": project(managed(dependency("g:a", "5")), "app-bom"),
    }
    reading = read_of("pom.xml", files)
    assert pins(reading) == [("g:a", "5")]
    assert told(reading) == [("not-audited", 1, "g:b has no version")]
    elsewhere = BILL.replace("com.example", "org.elsewhere").replace("<version>1.0", "<version>${v}")
    text = project(managed(elsewhere) + dependencies(dependency("g:a")))
    assert readers.includes("pom.xml", {"pom.xml": text.encode()}) == ()
    assert told(read_text("pom.xml", text)) == [
        ("not-audited", 1, "g:a has a version that is managed outside the repository")
    ]


def test_a_parents_profile_speaks_less_than_the_child() -> None:
    profile = "<properties><v>1</v><w>2</w></properties>" + managed(dependency("g:m", "3"))
    profile += dependencies(dependency("g:a", "${v}"), dependency("g:b", "${w}"), dependency("g:m"))
    files = {
        "base.xml": project(f"<profiles><profile><id>p</id>{profile}</profile></profiles>", "parent"),
        "pom.xml": child(
            "<properties><v>9</v></properties>" + managed(dependency("g:m", "8")),
            more="<relativePath>base.xml</relativePath>",
        ),
    }
    assert sorted(pins(read_of("pom.xml", files))) == [("g:a", "9"), ("g:b", "2"), ("g:m", "8")]


def test_a_file_that_is_no_pom_asks_for_no_parent() -> None:
    assert readers.includes("pom.xml", {"pom.xml": b"<project>"}) == ()


def test_bills_that_import_one_another_end() -> None:
    modules = "<modules><module>../app-bom</module></modules>"
    files = {
        "pom.xml": project("<modules><module>app-bom</module></modules>" + managed(BILL), "root"),
        "app-bom/pom.xml": project(modules + managed(BILL, dependency("g:a", "1")), "app-bom"),
    }
    files["pom.xml"] = files["pom.xml"].replace("</project>", dependencies(dependency("g:a")) + "</project>")
    assert pins(read_of("pom.xml", files)) == [("g:a", "1")]


def test_of_one_version_managed_twice_the_one_that_maven_keeps() -> None:
    twice = managed(dependency("g:a", "1"), dependency("g:a", "2"))
    wants = dependencies(dependency("g:a"))
    alone = {"pom.xml": project(twice + wants)}
    assert pins(read_of("pom.xml", alone)) == [("g:a", "1")]
    merged = {
        "pom.xml": project(managed(dependency("g:z", "1")), "parent"),
        "child/pom.xml": child(twice + wants),
    }
    assert pins(read_of("child/pom.xml", merged)) == [("g:a", "2")]


def test_a_circle_of_parents_ends() -> None:
    files = {
        "a/pom.xml": child(
            dependencies(dependency("g:a", "1")), "a", "b", "<relativePath>../b</relativePath>"
        ),
        "b/pom.xml": child("", "b", "a", "<relativePath>../a</relativePath>"),
    }
    assert pins(read_of("a/pom.xml", files)) == [("g:a", "1")]
