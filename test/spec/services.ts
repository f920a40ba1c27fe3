/**
 * Small tables about services, for the actions the tests use. R-REQ-03, R-RCP-02, R-OTH-01, R-EVAL-02.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const WILDCARD_ONLY = words(`
  s3:listallmybuckets iam:listusers iam:listroles ec2:describeinstances kms:listkeys kms:listaliases kms:createkey
  kms:generaterandom kms:describecustomkeystores sts:getcalleridentity sts:getsessiontoken dynamodb:describeendpoints
  dynamodb:listtables sqs:listqueues ecr:getauthorizationtoken organizations:listaccounts
  organizations:describeorganization`)

/** Actions with no resource type: evaluated with `*`. */
export const isWildcardOnly = (action: string): boolean => WILDCARD_ONLY.includes(action)

/** ARNs that the actions of the tests are asked on, of those that always have a resource; A is its account. */
const ALWAYS_ON: readonly (readonly [action: RegExp, arns: string])[] = [
  [/^s3:(getobject|putobject|putobjectacl)$/, 'arn:P:s3:::*/* arn:P:s3:*:A:accesspoint/*/object/*'],
  [/^s3:listbucket$/, 'arn:P:s3:::* arn:P:s3:*:A:accesspoint/*'],
  [/^s3:putbucketpolicy$/, 'arn:P:s3:::*'],
  [/^kms:(decrypt|creategrant|putkeypolicy|reencrypt(from|to))$/, 'arn:P:kms:*:A:key/*'],
  [/^sts:assumerole|^iam:(passrole|putrolepolicy)$/, 'arn:P:iam::A:role/*'],
  [/^sts:assumeroot$/, 'arn:P:iam::A:root'],
  [
    /^glue:gettable(version)?$/,
    'arn:P:glue:*:A:catalog arn:P:glue:*:A:catalog/* arn:P:glue:*:A:database/* arn:P:glue:*:A:table/*/*',
  ],
  [/^glue:deleteconnection$/, 'arn:P:glue:*:A:catalog arn:P:glue:*:A:connection/*'],
  [/^sqs:sendmessage$/, 'arn:P:sqs:*:A:*'],
  [/^events:putevents$/, 'arn:P:events:*:A:event-bus/* arn:P:events:*:A:event-busv2/*/*'],
  [/^execute-api:invoke$/, 'arn:P:execute-api:*:A:*/*/*/* arn:P:execute-api:*:A:/domainnames/*+*'],
  [/^dynamodb:(get|put|update|delete|conditioncheck)item$/, 'arn:P:dynamodb:*:A:table/*'],
  [/^dynamodb:partiql/, 'arn:P:dynamodb:*:A:table/* arn:P:dynamodb:*:A:table/*/index/*'],
  [
    /^ec2:createvpcendpoint$/,
    'route-table security-group subnet vpc vpc-endpoint'.replaceAll(/[\w-]+/g, 'arn:P:ec2:*:A:$&/*'),
  ],
  [
    /^ec2:startinstances$/,
    'arn:P:ec2:*:A:instance/* arn:P:resource-groups:*:A:group/* arn:P:license-manager:*:A:license-configuration:*',
  ],
]

/** Undefined: the action may have no resource (R-REQ-05). */
export const arnsAskedOn = (action: string): readonly string[] | undefined => {
  const found = ALWAYS_ON.find(([pattern]) => pattern.test(action))
  return found === undefined ? undefined : words(found[1])
}

/**
 * What Amazon Cognito calls "unsigned APIs", which no IAM policy restricts (R-ANON-02); and the later ones that its API reference says are
 * not authorized by IAM. https://docs.aws.amazon.com/cognito/latest/developerguide/security_iam_service-with-iam.html
 */
const UNSIGNED = words(`
  getid getopenidtoken getcredentialsforidentity unlinkidentity
  associatesoftwaretoken changepassword completewebauthnregistration confirmdevice confirmforgotpassword confirmsignup deleteuser
  deleteuserattributes deletewebauthncredential forgetdevice forgotpassword getdevice gettokensfromrefreshtoken getuser
  getuserattributeverificationcode getuserauthfactors globalsignout initiateauth listdevices listusersessions listwebauthncredentials
  resendconfirmationcode respondtoauthchallenge revoketoken revokeusersession setusermfapreference setusersettings signup
  startwebauthnregistration updateautheventfeedback updatedevicestatus updateuserattributes verifysoftwaretoken verifyuserattribute`)
export const isUnsigned = (action: string): boolean => {
  const [service = '', name = ''] = action.split(':')
  return service === (UNSIGNED.indexOf(name) < 4 ? 'cognito-identity' : 'cognito-idp') && UNSIGNED.includes(name)
}

const PERMISSIONLESS = words('sts:getcalleridentity sts:getsessiontoken dynamodb:describeendpoints')
export const isPermissionless = (action: string): boolean => PERMISSIONLESS.includes(action)

const RCP_SERVICES = words(`
  appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity cognito-idp comprehend
  comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public gamelift inspector-scan kendra kinesisvideo memorydb
  aoss personalize polly s3 swf sqs textract timestream-influxdb transcribe translate workspaces appconfig
  autoscaling-plans budgets servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline
  compute-optimizer cost-optimization-hub events fms fis health rolesanywhere kms opensearch pricing pca-connector-ad
  resource-groups secretsmanager sts signin support transfer notifications wafv2 xray`)
export const supportsRcp = (service: string): boolean => RCP_SERVICES.includes(service)

const WITH_RESOURCE_POLICY = words(`
  lambda serverlessrepo ecr backup elasticfilesystem glacier s3 s3-outposts redshift-serverless cloud9 codeartifact
  codebuild sts secretsmanager acm-pca kms signer lex cloudtrail logs ssm-incidents ssm-contacts refactor-spaces
  execute-api mediastore es glue events schemas sns sqs iot ses dynamodb kinesis vpc-lattice s3tables s3vectors
  vpc-lattice-svcs bedrock-agentcore kafka kafka-cluster aps comprehend rum sms-voice redshift wafv2 rekognition
  network-firewall dsql s3express s3-object-lambda ecr-public entityresolution organizations
  qbusiness aiops mpa imagebuilder billing cleanrooms-ml cloudhsm aws-marketplace elemental-inference
  cloudsearch cloudtrail-data oam bedrock payment-cryptography`)

/** R-OTH-15: what the policy of a CloudSearch domain is about; to configure one is for identity policies alone. */
export const isSearchCall = (action: string): boolean => /^cloudsearch:(document|search|suggest)$/.test(action)
export const isSearchConfiguration = (action: string): boolean =>
  action.startsWith('cloudsearch:') && !isSearchCall(action)

/** Whether the resource could have a policy of its own. A KMS alias has none (R-KMS-09). */
export const canHaveResourcePolicy = (service: string, resource: string): boolean =>
  resource !== '*' &&
  WITH_RESOURCE_POLICY.includes(service) &&
  !HAS_NONE.some(([of, type]) => of === service && type.test(resource))

/** Types of resources that have none, in services that have some. */
const HAS_NONE: readonly (readonly [service: string, resource: RegExp])[] = [
  ['kms', /:alias\//],
  // PutResourcePolicy of Bedrock takes custom models, guardrails, their profiles and knowledge bases.
  ['bedrock', /:(foundation-model|inference-profile|application-inference-profile)\//],
  ['redshift', /^arn:[^:]*:redshift:[^:]*:[^:]*:(?!namespace)/],
  ['wafv2', /^arn:[^:]*:wafv2:(?!.*\/rulegroup\/)/],
]

/** Services with gateway endpoints (R-VPCE-04). */
export const hasGatewayEndpoint = (service: string): boolean => service === 's3' || service === 'dynamodb'

/** Calls to Organizations that any member account may make (G-109). */
export const isForMembers = (action: string): boolean =>
  /^organizations:(describe(organization|effectivepolicy|handshake)|(accept|decline)handshake|leaveorganization|listhandshakesforaccount)$/.test(
    action,
  )

/** "Becomes the management account of the organization after the operation completes"; and who was invited. */
export const isForStrangers = (action: string): boolean =>
  /^organizations:(createorganization|describehandshake|(accept|decline)handshake|listhandshakesforaccount)$/.test(
    action,
  )

/** "Operations you can call from only the organization's management account". */
export const isForManagerOnly = (action: string): boolean =>
  /^organizations:(cancelhandshake|create(account|govcloudaccount|organization|organizationalunit)|delete(organization|organizationalunit)|(de)?registerdelegatedadministrator|(dis|en)ableawsserviceaccess|enableallfeatures|inviteaccounttoorganization|moveaccount|removeaccountfromorganization|updateorganizationalunit)$/.test(
    action,
  )

/** What AWS RAM, or a call of the service, shares and has no policy of its own, among what the tests use (R-XACC-06). */
export const isShareable = (resource: string): boolean =>
  /^arn:[^:]*:(ec2:[^:]*:[^:]*:(subnet|transit-gateway|prefix-list|security-group|image|snapshot|vpc-endpoint-service)|rds:[^:]*:[^:]*:(cluster|snapshot|cluster-snapshot)|route53:[^:]*:[^:]*:hostedzone)[/:]/.test(
    resource,
  )

/** "The following actions don't support this key", printed under each of the three keys (R-CTX-03); and all of EBS. */
const WITHOUT_OWNER_KEYS = [
  ['auditmanager:UpdateAssessmentFrameworkShare', 'detective:AcceptInvitation', 'ds:AcceptSharedDirectory'],
  ['ec2:AcceptTransitGatewayPeeringAttachment', 'ec2:AcceptVpcEndpointConnections', 'ec2:AcceptVpcPeeringConnection'],
  ['ec2:CreateTransitGatewayPeeringAttachment', 'ec2:CreateVpcEndpoint', 'ec2:CreateVpcPeeringConnection'],
  ['guardduty:AcceptAdministratorInvitation', 'macie2:AcceptInvitation', 'es:AcceptInboundConnection'],
  ['route53:AssociateVpcWithHostedZone', 'route53:CreateVPCAssociationAuthorization'],
  ['securityhub:AcceptAdministratorInvitation'],
].flatMap((names) => names.map((name) => name.toLowerCase()))

export const withoutOwnerKeys = (action: string): boolean =>
  action.startsWith('ebs:') || WITHOUT_OWNER_KEYS.includes(action)
