"""The bill of materials of a file, in CycloneDX 1.6: which crates are in it, from where, under which licence."""
import hashlib
import sys
from datetime import datetime, timezone
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from crates import linked
from targets import VERSION
from tools import run, source_date


def component(crate):
    return Component(
        name=crate.name, version=crate.version, type=ComponentType.LIBRARY, bom_ref="%s@%s" % (crate.name, crate.version),
        purl=None if crate.is_own else PackageURL("cargo", name=crate.name, version=crate.version),
        licenses=[LicenseFactory().make_from_string(crate.licence.replace("/", " OR "))] if crate.licence else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=crate.checksum)] if crate.checksum else None,
        external_references=[ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(crate.repository))] if crate.repository else None)


def write(file, packages, triple):
    """Beside `file`, whose name and checksum it has."""
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, file.name + checksum))
    bom.metadata.timestamp = datetime.fromtimestamp(source_date(), timezone.utc)
    whole = Component(name=file.name, version=VERSION, type=ComponentType.FILE, bom_ref=file.name, hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksum)])
    bom.metadata.component = whole
    edges = linked(packages, triple)
    made = {crate: component(crate) for crate in edges}
    std = Component(name="std", version=run("rustc", "--version").split()[1], type=ComponentType.LIBRARY, bom_ref="std", licenses=[LicenseFactory().make_from_string("MIT OR Apache-2.0")])
    for part in [*made.values(), std]:
        bom.components.add(part)
    bom.register_dependency(whole, [*(made[crate] for crate in edges if crate.name in packages), std])
    for crate, uses in edges.items():
        bom.register_dependency(made[crate], [made[used] for used in uses])
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong:
        sys.exit("the bill of materials of %s is not CycloneDX: %s" % (file.name, wrong))
    file.with_name(file.name + ".cdx.json").write_text(text + "\n")
