/**
 * The Regions of all partitions, as AWS's SDK for JavaScript lists them (`partitions` of @aws-sdk/core 3.981.1, Apache-2.0,
 * read 2026-11-27). A test holds the list against the SDK that is installed.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html#region-names-codes
 */
const REGIONS: ReadonlySet<string> = new Set(
  `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
  me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2
  cn-north-1 cn-northwest-1
  eusc-de-east-1
  us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 eu-isoe-west-1 us-isof-east-1 us-isof-south-1
  us-gov-east-1 us-gov-west-1`.split(/\s+/),
)

/** Whether AWS has, or had announced when the list was read, a Region of this code. */
export const isRegion = (code: string): boolean => REGIONS.has(code)

/**
 * The Regions of the commercial partition that every account has. All later ones are opt-in Regions.
 * https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
 */
const ENABLED_BY_DEFAULT: ReadonlySet<string> = new Set(
  `ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1
  eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`.split(/\s+/),
)

/** Whether an account has to enable the Region before it can call it. */
export const isOptInRegion = (code: string): boolean =>
  isRegion(code) && !ENABLED_BY_DEFAULT.has(code) && !/^(?:cn|eusc|us-iso[a-z]?|eu-isoe|us-gov)-/.test(code)

export const allRegions = (): readonly string[] => [...REGIONS]
