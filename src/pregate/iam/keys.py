"""
What values condition keys have.

Sources: IAM User Guide, "AWS global condition context keys" and "Available keys for AWS web identity
federation"/"SAML-based federation"; Service Authorization Reference (2026) for the keys of services.
Keys that are not here are unknown, which says nothing about them.
"""

from __future__ import annotations

from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class KeyType:
    """``type`` is string, arn, numeric, date, bool, ip or binary."""

    type: str
    is_multi_valued: bool = False


# aws:FederatedProvider is the name of a provider or its ARN: a string compares both.
# Keys that every service may send, by type; those of some services that other services' requests carry too.
_GLOBAL = {
    "string": """
        aws:calledviaawsmcp aws:calledviafirst aws:calledvialast aws:ec2instancesourcevpc
        aws:federatedprovider aws:principalaccount aws:principalorgid aws:principalservicename
        aws:principaltype aws:referer
        aws:requestedregion aws:resourceaccount aws:resourceorgid aws:sourceaccount aws:sourceidentity
        aws:sourceorgid aws:sourcevpc aws:sourcevpce aws:useragent aws:userid aws:username aws:vpceaccount
        aws:vpceorgid glue:credentialissuingservice glue:roleassumedby identitystore:userid
    """,
    "arn": """
        aws:chatbotsourcearn aws:principalarn aws:signinsessionarn aws:sourcearn aws:sourcevpcarn
        codebuild:buildarn codebuild:projectarn ec2:sourceinstancearn lambda:sourcefunctionarn
        ssm:sourceinstancearn
    """,
    "bool": """
        aws:assumedroot aws:ismcpserviceaction aws:multifactorauthpresent aws:principalisawsservice
        aws:securetransport aws:viaawsmcpservice aws:viaawsservice
    """,
    "numeric": "aws:multifactorauthage ec2:roledelivery",
    "date": "aws:currenttime aws:epochtime aws:tokenissuetime",
    "ip": "aws:ec2instancesourceprivateipv4 aws:sourceip aws:vpcsourceip",
}
_GLOBAL_LISTS = """
    aws:calledvia aws:principalorgpaths aws:principalservicenameslist aws:resourceorgpaths aws:sourceorgpaths
    aws:tagkeys aws:vpceorgpaths
"""
_SERVICES = {
    "string": """
        dynamodb:enclosingoperation dynamodb:returnconsumedcapacity dynamodb:returnvalues dynamodb:select
        ec2:attribute ec2:authorizedservice ec2:authorizeduser ec2:availabilityzone ec2:createaction
        ec2:imageid ec2:imagetype ec2:instanceid ec2:instancemarkettype ec2:instancetype ec2:keypairname
        ec2:metadatahttpendpoint ec2:metadatahttptokens ec2:owner ec2:permission ec2:region
        ec2:rootdevicetype ec2:routetableid ec2:securitygroupid ec2:snapshotid ec2:subnetid ec2:tenancy
        ec2:volumeid ec2:volumetype ec2:vpceservicename ec2:vpceserviceowner ec2:vpcid
        iam:awsservicename iam:organizationspolicyid iam:passedtoservice
        iam:servicespecificcredentialservicename
        kms:calleraccount kms:customermasterkeyspec kms:customermasterkeyusage kms:datakeypairspec
        kms:encryptionalgorithm kms:expirationmodel kms:grantconstrainttype kms:granteeprincipal
        kms:granteeserviceprincipal kms:keyorigin kms:keyspec kms:keyusage kms:macalgorithm kms:messagetype
        kms:multiregionkeytype kms:primaryregion kms:replicaregion kms:requestalias kms:retiringprincipal
        kms:retiringserviceprincipal kms:signingalgorithm kms:viaservice kms:wrappingalgorithm
        kms:wrappingkeyspec
        lambda:eventsourcetoken lambda:functionurlauthtype lambda:principal lambda:vpcids
        s3:accesspointnetworkorigin s3:authtype s3:dataaccesspointaccount s3:delimiter s3:destinationregion
        s3:existingjoboperation s3:locationconstraint s3:object-lock-legal-hold s3:object-lock-mode
        s3:prefix s3:requestjoboperation s3:resourceaccount s3:signatureversion s3:versionid s3:x-amz-acl
        s3:x-amz-content-sha256 s3:x-amz-copy-source s3:x-amz-grant-full-control s3:x-amz-grant-read
        s3:x-amz-grant-read-acp s3:x-amz-grant-write s3:x-amz-grant-write-acp s3:x-amz-metadata-directive
        s3:x-amz-object-ownership s3:x-amz-server-side-encryption
        s3:x-amz-server-side-encryption-customer-algorithm s3:x-amz-storage-class
        s3:x-amz-website-redirect-location
        secretsmanager:name secretsmanager:versionid secretsmanager:versionstage
        sns:endpoint sns:protocol
        sts:awsservicename sts:externalid sts:rolesessionname sts:sourceidentity
        saml:aud saml:doc saml:iss saml:namequalifier saml:sub saml:sub_type
        accounts.google.com:oaud graph.facebook.com:app_id graph.facebook.com:id www.amazon.com:app_id
        www.amazon.com:user_id
    """,
    "arn": """
        ec2:acceptervpc ec2:instanceprofile ec2:launchtemplate ec2:newinstanceprofile ec2:parentsnapshot
        ec2:parentvolume ec2:placementgroup ec2:requestervpc ec2:subnet ec2:vpc
        iam:associatedresourcearn iam:permissionsboundary iam:policyarn
        kms:grantconstraintsourcearn
        lambda:codesigningconfigarn lambda:functionarn
        s3:accessgrantsinstancearn s3:dataaccesspointarn
        s3:x-amz-server-side-encryption-aws-kms-key-id
        secretsmanager:secretid
    """,
    "bool": """
        dynamodb:fulltablescan ec2:associatepublicipaddress ec2:ebsoptimized ec2:encrypted
        ec2:islaunchtemplateresource ec2:public kms:bypasspolicylockoutsafetycheck kms:grantisforawsresource
        kms:multiregion kms:reencryptonsamekey lambda:invokedviafunctionurl s3:objectcreationoperation
        secretsmanager:blockpublicpolicy secretsmanager:forcedeletewithoutrecovery
    """,
    "numeric": """
        ec2:metadatahttpputresponsehoplimit ec2:volumeiops ec2:volumesize ec2:volumethroughput
        kms:rotationperiodindays kms:schedulekeydeletionpendingwindowindays
        s3:existingjobpriority s3:max-keys s3:object-lock-remaining-retention-days s3:requestjobpriority
        s3:signatureage s3:tlsversion secretsmanager:recoverywindowindays sts:durationseconds
    """,
    "date": "kms:validto s3:object-lock-retain-until-date",
}
_SERVICE_LISTS = """
    dynamodb:attributes dynamodb:firstpartitionkeyvalues dynamodb:fourthpartitionkeyvalues
    dynamodb:leadingkeys dynamodb:secondpartitionkeyvalues dynamodb:thirdpartitionkeyvalues
    kms:encryptioncontextkeys kms:grantoperations kms:resourcealiases
    lambda:layer lambda:securitygroupids lambda:subnetids
    s3:inventoryaccessibleoptionalfields s3:requestobjecttagkeys
    secretsmanager:addreplicaregions
    sts:identitytokenaudience sts:transitivetagkeys
    saml:edupersonaffiliation saml:edupersonassurance saml:edupersonentitlement
    saml:edupersonscopedaffiliation saml:edupersontargetedid
"""
# What follows the prefix names one tag, one entry of an encryption context or one measurement.
_PREFIXES = (
    "aws:principaltag/",
    "aws:requesttag/",
    "aws:resourcetag/",
    "ec2:attribute/",
    "kms:encryptioncontext:",
    "kms:recipientattestation:",
    "s3:accesspointtag/",
    "s3:buckettag/",
    "s3:existingobjecttag/",
    "s3:requestobjecttag/",
    "sts:requestcontext/",
)
# Keys of tags that services have beside those of all services.
_TAGS = ("requesttag/", "resourcetag/")
_ONE_STRING = KeyType("string")
_STRINGS = KeyType("string", True)
# Claims of any OpenID Connect provider, whose name stands before the last colon.
_CLAIMS = {"aud": _ONE_STRING, "sub": _ONE_STRING, "amr": _STRINGS}

GLOBAL_KEYS = frozenset(
    name for names in (*_GLOBAL.values(), _GLOBAL_LISTS) for name in names.split() if name.startswith("aws:")
)
"""The keys of all services (``aws:…``) in lower case, but for those of tags, which go on after a slash."""

_TYPES = {
    name: KeyType(kind)
    for table in (_GLOBAL, _SERVICES)
    for kind, names in table.items()
    for name in names.split()
}
_TYPES.update(dict.fromkeys((_GLOBAL_LISTS + _SERVICE_LISTS).split(), _STRINGS))


def key_type(name: str) -> KeyType | None:
    """The type of a key by its lower-case name, None when it is not known."""
    known = _TYPES.get(name)
    if known is not None:
        return known
    if any(name.startswith(prefix) and name != prefix for prefix in _PREFIXES):
        return _ONE_STRING
    owner, _, rest = name.partition(":")
    if any(rest.startswith(tag) and rest != tag for tag in _TAGS) and owner.replace("-", "").isalnum():
        return _ONE_STRING
    provider, _, claim = name.rpartition(":")
    return _CLAIMS.get(claim) if "." in provider else None
