import { resourceTypeFacts, resourceTypesOf } from '#iam/facts/resource-types.ts'
import { filled } from './arn-pattern.ts'
import type { EventResources } from './event-resources.ts'
import { parameterIndex, type ParameterIndex } from './parameter-index.ts'

/**
 * API Gateway judges the path of the call (F.3, R-CT-30). The reference names its resource types as the operations name
 * what they are about: `GetStage` is judged on a Stage, `GetStages` and `CreateStage` on the Stages.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
 */
export function apiGatewayPath(event: EventResources): string | undefined {
  const index = parameterIndex(event.parameters)
  const paths = patternsOf(event.operation).flatMap((pattern) => {
    const arn = filled(pattern, (name) => valueOf(name, index, event))
    return arn === undefined ? [] : [arn]
  })
  // Of the forms of a domain name the one with its identifier is the narrower: it is filled only where that is given.
  return paths.at(-1)
}

/** Verbs that make one of many are sent to the many. */
const OPERATION = /^(create|import|generate|get|update|delete|put|reimport)([a-z]{1,60})$/

const MAKES: ReadonlySet<string> = new Set(['create', 'import', 'generate'])

function patternsOf(operation: string): readonly string[] {
  const name = operation.toLowerCase()
  const other = OTHER_PATHS.get(name)
  if (other !== undefined) return other.map((path) => `arn:\${Partition}:apigateway:\${Region}::${path}`)
  const [, verb = '', noun = ''] = OPERATION.exec(name) ?? []
  const types = resourceTypesOf('apigateway').map((type) => type.toLowerCase())
  const wanted = MAKES.has(verb) && types.includes(`${noun}s`) ? `${noun}s` : noun
  return [wanted, `private${wanted}`].flatMap((type) => resourceTypeFacts('apigateway', type)?.arnPatterns ?? [])
}

/**
 * Operations whose path the reference has under another name or not at all.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/operations.html
 */
// biome-ignore format: a table is read by its columns
const OTHER_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['createresource', ['/restapis/${RestApiId}/resources/${ParentId}']],
  ['flushstagecache', ['/restapis/${RestApiId}/stages/${StageName}/cache/data']],
  ['flushstageauthorizerscache', ['/restapis/${RestApiId}/stages/${StageName}/cache/authorizers']],
  ['resetauthorizerscache', ['/apis/${ApiId}/stages/${StageName}/cache/authorizers']],
  ['getexport', ['/restapis/${RestApiId}/stages/${StageName}/exports/${ExportType}']],
  ['exportapi', ['/apis/${ApiId}/exports/${Specification}']],
  ['getmodeltemplate', ['/restapis/${RestApiId}/models/${ModelName}/default_template', '/apis/${ApiId}/models/${ModelId}/template']],
  ['getsdktypes', ['/sdktypes']],
  ['getsdktype', ['/sdktypes/${SdkTypeId}']],
  ['getusage', ['/usageplans/${UsagePlanId}/usage']],
  ['updateusage', ['/usageplans/${UsagePlanId}/keys/${Id}/usage']],
  ['testinvokemethod', ['/restapis/${RestApiId}/resources/${ResourceId}/methods/${HttpMethodType}']],
  ['testinvokeauthorizer', ['/restapis/${RestApiId}/authorizers/${AuthorizerId}']],
  ['deletecorsconfiguration', ['/apis/${ApiId}/cors']],
  ['gettags', ['/tags/${UrlEncodedResourceARN}']],
  ['tagresource', ['/tags/${UrlEncodedResourceARN}']],
  ['untagresource', ['/tags/${UrlEncodedResourceARN}']],
])

/** Names of the reference that differ from the call's parameters. */
const PARAMETER: ReadonlyMap<string, string> = new Map([
  ['HttpMethodType', 'httpMethod'],
  ['ApiKeyId', 'apiKey'],
  ['DocumentationVersionId', 'documentationVersion'],
  ['DomainIdentifier', 'domainNameId'],
  ['Id', 'keyId'],
  ['SdkTypeId', 'id'],
  ['UrlEncodedResourceARN', 'resourceArn'],
])

function valueOf(name: string, index: ParameterIndex, event: EventResources): string | undefined {
  if (name === 'Partition') return event.partition
  if (name === 'Region') return event.region ?? undefined
  if (name === 'Account') return event.account ?? undefined
  const [value] = index.values(PARAMETER.get(name) ?? name)
  return name === 'UrlEncodedResourceARN' && value !== undefined ? encodeURIComponent(value) : value
}
