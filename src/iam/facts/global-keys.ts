export type ConditionKeyType = 'String' | 'ARN' | 'Bool' | 'Numeric' | 'Date' | 'IPAddress' | 'Binary'

/** A type, and `[]` after it where a request can hold several values. */
type Written = ConditionKeyType | `${ConditionKeyType}[]`

/**
 * Keys any service may see, with AWS's headings. The service reference has them only where a service lists them, so they
 * are written here by hand. Multivalued are those of R-CTX-02 and no others.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (R-CTX-03)
 */
// biome-ignore format: a table is read by its columns
export const GLOBAL_KEYS: readonly (readonly [key: string, type: Written])[] = [
  // The principal
  ['aws:PrincipalArn', 'ARN'],
  ['aws:PrincipalAccount', 'String'],
  ['aws:PrincipalOrgPaths', 'String[]'],
  ['aws:PrincipalOrgID', 'String'],
  ['aws:PrincipalTag/${TagKey}', 'String'],
  ['aws:PrincipalIsAWSService', 'Bool'],
  ['aws:PrincipalServiceName', 'String'],
  ['aws:PrincipalServiceNamesList', 'String[]'],
  ['aws:PrincipalType', 'String'],
  ['aws:userid', 'String'],
  ['aws:username', 'String'],
  // The role session
  ['aws:AssumedRoot', 'Bool'],
  ['aws:FederatedProvider', 'String'],
  ['aws:TokenIssueTime', 'Date'],
  ['aws:MultiFactorAuthAge', 'Numeric'],
  ['aws:MultiFactorAuthPresent', 'Bool'],
  ['aws:ChatbotSourceArn', 'ARN'],
  ['aws:Ec2InstanceSourceVpc', 'String'],
  ['aws:Ec2InstanceSourcePrivateIPv4', 'IPAddress'],
  ['aws:SourceIdentity', 'String'],
  ['aws:SignInSessionArn', 'ARN'],
  // The network
  ['aws:SourceIp', 'IPAddress'],
  ['aws:SourceVpc', 'String'],
  ['aws:SourceVpcArn', 'ARN'],
  ['aws:SourceVpce', 'String'],
  ['aws:VpceAccount', 'String'],
  ['aws:VpceOrgID', 'String'],
  ['aws:VpceOrgPaths', 'String[]'],
  ['aws:VpcSourceIp', 'IPAddress'],
  // The resource
  ['aws:ResourceAccount', 'String'],
  ['aws:ResourceOrgID', 'String'],
  ['aws:ResourceOrgPaths', 'String[]'],
  ['aws:ResourceTag/${TagKey}', 'String'],
  // The request
  ['aws:CalledVia', 'String[]'],
  ['aws:CalledViaFirst', 'String'],
  ['aws:CalledViaLast', 'String'],
  ['aws:CalledViaAWSMCP', 'String'],
  ['aws:ViaAWSService', 'Bool'],
  ['aws:ViaAWSMCPService', 'Bool'],
  ['aws:IsMcpServiceAction', 'Bool'],
  ['aws:CurrentTime', 'Date'],
  ['aws:EpochTime', 'Date'], // compared with Date and with Numeric operators alike
  ['aws:referer', 'String'],
  ['aws:RequestedRegion', 'String'],
  ['aws:RequestTag/${TagKey}', 'String'],
  ['aws:TagKeys', 'String[]'],
  ['aws:SecureTransport', 'Bool'],
  ['aws:SourceArn', 'ARN'],
  ['aws:SourceAccount', 'String'],
  ['aws:SourceOrgPaths', 'String[]'],
  ['aws:SourceOrgID', 'String'],
  ['aws:SourceOwner', 'String'], // before aws:SourceAccount; still in old SNS and SES policies
  ['aws:UserAgent', 'String'],
  // Keys one service sets and others see. Services that list them again disagree on identitystore:UserId; AWS's page decides.
  ['codebuild:BuildArn', 'ARN'],
  ['codebuild:ProjectArn', 'ARN'],
  ['ec2:RoleDelivery', 'Numeric'],
  ['ec2:SourceInstanceArn', 'ARN'],
  ['glue:CredentialIssuingService', 'String'],
  ['glue:RoleAssumedBy', 'String'],
  ['identitystore:UserId', 'String'],
  ['lambda:SourceFunctionArn', 'ARN'],
  ['ssm:SourceInstanceArn', 'ARN'],
  // The reference types it as one string; AWS's examples test it with ForAnyValue, for it holds several values.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
  ['cognito-identity.amazonaws.com:amr', 'String[]'],
]
