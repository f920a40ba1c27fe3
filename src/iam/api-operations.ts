import { servicePrefix, withoutVersion } from './event-sources.ts'
import { canonicalAction } from './facts/actions.ts'

/**
 * API operations whose IAM action has another name, or that need several actions, by service and lower-case name. S3's
 * follow below. Operations that are not here and have an action of their name need no entry (R-CT-20, R-CT-23).
 *
 * [sar] the service's page of https://docs.aws.amazon.com/service-authorization/latest/reference/
 * [map] iann0036/iam-dataset, aws/map.json (MIT)
 */
// biome-ignore format: a table is read by its columns
export const OPERATION_ACTIONS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...sameAction('lambda', 'lambda:InvokeFunction', 'Invoke InvokeAsync InvokeWithResponseStream'), // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
  ['kms:reencrypt', ['kms:ReEncryptFrom', 'kms:ReEncryptTo']], // https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
  ['dynamodb:transactgetitems', ['dynamodb:GetItem']], // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
  ['dynamodb:transactwriteitems', ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']],
  ...sameActions('dynamodb', ['dynamodb:PartiQLSelect', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete'], 'ExecuteStatement BatchExecuteStatement ExecuteTransaction'),
  ...sameAction('glue', 'glue:UpdateTable', 'UpdateColumnStatisticsForTable DeleteColumnStatisticsForTable'), // [map]
  ...sameAction('glue', 'glue:UpdatePartition', 'UpdateColumnStatisticsForPartition DeleteColumnStatisticsForPartition'),
  ['glue:getcolumnstatisticsfortable', ['glue:GetTable']],
  ['glue:getcolumnstatisticsforpartition', ['glue:GetPartition']],
  ['sqs:sendmessagebatch', ['sqs:SendMessage']], // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
  ['sqs:deletemessagebatch', ['sqs:DeleteMessage']],
  ['sqs:changemessagevisibilitybatch', ['sqs:ChangeMessageVisibility']],
  ['sns:publishbatch', ['sns:Publish']], // https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and those of the others
  ...sameAction('bedrock', 'bedrock:InvokeModel', 'Converse StartAsyncInvoke InvokeModelWithBidirectionalStream'),
  ['bedrock:conversestream', ['bedrock:InvokeModelWithResponseStream']],
  ['bedrock:retrieveandgeneratestream', ['bedrock:RetrieveAndGenerate']],
  ['secretsmanager:batchgetsecretvalue', ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue']], // [sar]
  ['cloudfront:createdistributionwithtags', ['cloudfront:CreateDistribution', 'cloudfront:TagResource']], // [map]
  ['cloudfront:createstreamingdistributionwithtags', ['cloudfront:CreateStreamingDistribution', 'cloudfront:TagResource']],
  // https://docs.aws.amazon.com/cost-management/latest/userguide/billing-permissions-ref.html
  ...sameAction('budgets', 'budgets:ModifyBudget', 'CreateBudget UpdateBudget DeleteBudget CreateNotification UpdateNotification DeleteNotification CreateSubscriber UpdateSubscriber DeleteSubscriber'),
  ...sameAction('budgets', 'budgets:ViewBudget', 'DescribeBudget DescribeBudgets DescribeBudgetNotificationsForAccount DescribeBudgetPerformanceHistory DescribeNotificationsForBudget DescribeSubscribersForNotification'),
  // https://docs.aws.amazon.com/keyspaces/latest/devguide/security_iam_service-with-iam.html, and the statements that its records name (logging-using-cloudtrail.html)
  ...sameAction('cassandra', 'cassandra:Create', 'CreateKeyspace CreateTable CreateType'),
  ...sameAction('cassandra', 'cassandra:Alter', 'UpdateKeyspace UpdateTable AlterKeyspace AlterTable'),
  ...sameAction('cassandra', 'cassandra:Drop', 'DeleteKeyspace DeleteTable DeleteType DropKeyspace DropTable DropType'),
  ...sameAction('cassandra', 'cassandra:Modify', 'Insert Update Delete'),
  ...sameAction('cassandra', 'cassandra:Select', 'GetKeyspace GetTable GetTableAutoScalingSettings GetType ListKeyspaces ListTables ListTypes ListTagsForResource'),
  ...sameAction('cassandra', 'cassandra:Restore', 'RestoreTable'),
  // https://docs.aws.amazon.com/neptune/latest/userguide/iam-dp-actions.html
  ...sameAction('neptune-db', 'neptune-db:CancelQuery', 'CancelGremlinQuery CancelOpenCypherQuery'),
  ...sameAction('neptune-db', 'neptune-db:GetQueryStatus', 'GetGremlinQueryStatus GetOpenCypherQueryStatus ListGremlinQueries ListOpenCypherQueries'),
  ...sameAction('neptune-db', 'neptune-db:ReadDataViaQuery', 'ExecuteGremlinExplainQuery ExecuteOpenCypherExplainQuery'),
  ...sameActions('neptune-db', ['neptune-db:ReadDataViaQuery', 'neptune-db:WriteDataViaQuery', 'neptune-db:DeleteDataViaQuery'], 'ExecuteGremlinQuery ExecuteGremlinProfileQuery ExecuteOpenCypherQuery'),
  ...sameAction('neptune-db', 'neptune-db:DeleteStatistics', 'DeletePropertygraphStatistics DeleteSparqlStatistics'),
  ...sameAction('neptune-db', 'neptune-db:ManageStatistics', 'ManagePropertygraphStatistics ManageSparqlStatistics'),
  ...sameAction('neptune-db', 'neptune-db:GetStatisticsStatus', 'GetPropertygraphStatistics GetSparqlStatistics'),
  ...sameAction('neptune-db', 'neptune-db:GetGraphSummary', 'GetPropertygraphSummary GetRDFGraphSummary'),
  ...sameAction('neptune-db', 'neptune-db:GetStreamRecords', 'GetPropertygraphStream GetSparqlStream'),
  ...sameAction('neptune-db', 'neptune-db:ResetDatabase', 'ExecuteFastReset'),
  ...sameAction('neptune-db', 'neptune-db:GetMLDataProcessingJobStatus', 'GetMLDataProcessingJob'),
  ...sameAction('neptune-db', 'neptune-db:GetMLEndpointStatus', 'GetMLEndpoint'),
  ...sameAction('neptune-db', 'neptune-db:GetMLModelTrainingJobStatus', 'GetMLModelTrainingJob'),
  ...sameAction('neptune-db', 'neptune-db:GetMLModelTransformJobStatus', 'GetMLModelTransformJob'),
  // https://docs.aws.amazon.com/neptune-analytics/latest/userguide/query-APIs-IAM-role-mappings.html
  ['neptune-graph:getquery', ['neptune-graph:GetQueryStatus']],
  ['neptune-graph:executequery', ['neptune-graph:ReadDataViaQuery', 'neptune-graph:WriteDataViaQuery', 'neptune-graph:DeleteDataViaQuery']],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-integrating-open-source.html: the actions and the events of them
  ...sameAction('s3tables', 's3tables:GetTableData', 'GetObject HeadObject ListParts'),
  ...sameAction('s3tables', 's3tables:PutTableData', 'PutObject CreateMultipartUpload UploadPart CompleteMultipartUpload AbortMultipartUpload'),
  // https://docs.aws.amazon.com/efs/latest/ug/logging-using-cloudtrail.html: a client's connection, as it is authorized
  ...sameAction('elasticfilesystem', 'elasticfilesystem:ClientMount', 'NewClientConnection UpdateClientConnection'),
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html
  ...sameAction('execute-api', 'execute-api:ManageConnections', 'DeleteConnection GetConnection PostToConnection'),
  // [sar] one name less, one name more, or the action of the single call for the batch
  ['access-analyzer:getfindingv2', ['access-analyzer:GetFinding']],
  ['access-analyzer:listfindingsv2', ['access-analyzer:ListFindings']],
  ['iotfleetwise:batchcreatevehicle', ['iotfleetwise:CreateVehicle']],
  ['iotfleetwise:batchupdatevehicle', ['iotfleetwise:UpdateVehicle']],
  ['verifiedpermissions:batchisauthorized', ['verifiedpermissions:IsAuthorized']],
  ['verifiedpermissions:batchisauthorizedwithtoken', ['verifiedpermissions:IsAuthorizedWithToken']],
  ['vpc-lattice:batchupdaterule', ['vpc-lattice:UpdateRule']],
  ['aws-marketplace:batchdescribeentities', ['aws-marketplace:DescribeEntity']],
  // https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_GetUnfilteredTableMetadata.html names the IAM action
  ['glue:getunfilteredtablemetadata', ['glue:GetTable']],
  ['glue:getunfilteredpartitionmetadata', ['glue:GetPartition']],
  ['glue:getunfilteredpartitionsmetadata', ['glue:GetPartitions']],
  // https://docs.aws.amazon.com/glue/latest/dg/data-quality-authorization.html: one action for the four
  ...sameAction('glue', 'glue:GetDataQualityResult', 'BatchGetDataQualityResult ListDataQualityStatistics ListDataQualityStatisticAnnotations'),
  ['dms:startextensionpackassociation', ['dms:AssociateExtensionPack']],
  ['s3:listdirectorybuckets', ['s3express:ListAllMyDirectoryBuckets']], // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListDirectoryBuckets.html
  ['lambda:getlayerversionbyarn', ['lambda:GetLayerVersion']],
  ['cloudsearch:uploaddocuments', ['cloudsearch:document']],
  ['detective:listorganizationadminaccounts', ['detective:ListOrganizationAdminAccount']],
  ['comprehendmedical:detectentities', ['comprehendmedical:DetectEntitiesV2']],
  ['timestream:query', ['timestream:Select', 'timestream:SelectValues', 'timestream:Unload']],
  ['quicksight:describeanalysisdefinition', ['quicksight:DescribeAnalysis']],
  ['quicksight:describedashboarddefinition', ['quicksight:DescribeDashboard']],
  ['quicksight:describetemplatedefinition', ['quicksight:DescribeTemplate']],
  ...sameAction('lex', 'lex:ListAggregatedUtterances', 'ListUtteranceAnalyticsData ListUtteranceMetrics'),
  ['dms:modifydataprovider', ['dms:UpdateDataProvider']],
  ['dms:modifyinstanceprofile', ['dms:UpdateInstanceProfile']],
  ['dms:modifymigrationproject', ['dms:UpdateMigrationProject']],
  ['dms:modifyconversionconfiguration', ['dms:UpdateConversionConfiguration']],
  ['dms:describedataproviders', ['dms:ListDataProviders']],
  ['dms:describeinstanceprofiles', ['dms:ListInstanceProfiles']],
  ['dms:describemigrationprojects', ['dms:ListMigrationProjects']],
  ['dms:describeextensionpackassociations', ['dms:ListExtensionPacks']],
  ['dms:describemetadatamodelassessments', ['dms:ListMetadataModelAssessments']],
  ['dms:describemetadatamodelconversions', ['dms:ListMetadataModelConversions']],
  ...sameAction('dms', 'dms:ListMetadataModelExports', 'DescribeMetadataModelExportsAsScript DescribeMetadataModelExportsToTarget'),
  ['dms:startmetadatamodelexportasscript', ['dms:StartMetadataModelExportAsScripts']],
])

/** The operations of a service that all need one action. */
function sameAction(service: string, action: string, operations: string) {
  return sameActions(service, [action], operations)
}

function sameActions(service: string, actions: readonly string[], operations: string) {
  return operations.split(' ').map((name) => [`${service}:${name.toLowerCase()}`, actions] as const)
}

/** S3 operations, and CloudTrail's names for them, to the actions they need. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
// biome-ignore format: a table is read by its columns
export const S3_OPERATIONS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['listbuckets', ['ListAllMyBuckets']],
  ['listobjects', ['ListBucket']],
  ['listobjectsv2', ['ListBucket']],
  ['headbucket', ['ListBucket']],
  ['listobjectversions', ['ListBucketVersions']],
  ['listmultipartuploads', ['ListBucketMultipartUploads']],
  ['listparts', ['ListMultipartUploadParts']],
  ['selectobjectcontent', ['GetObject']],
  ...['putobject', 'postobject', 'post', 'createmultipartupload', 'initiatemultipartupload', 'uploadpart', 'completemultipartupload'].map((name) => [name, ['PutObject']] as const),
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketMetadataConfiguration.html: the actions kept the older name
  ['createbucketmetadataconfiguration', ['CreateBucketMetadataTableConfiguration']],
  ['getbucketmetadataconfiguration', ['GetBucketMetadataTableConfiguration']],
  ['deletebucketmetadataconfiguration', ['DeleteBucketMetadataTableConfiguration']],
  ['getaccountpublicaccessblock', ['GetAccountPublicAccessBlock']],
  ['putaccountpublicaccessblock', ['PutAccountPublicAccessBlock']],
  ['deleteaccountpublicaccessblock', ['PutAccountPublicAccessBlock']],
])

/** Actions with a form of their own for a version: current object, version. */
export const S3_VERSIONED: ReadonlyMap<string, readonly [plain: string, version: string]> = new Map([
  ['getobject', ['GetObject', 'GetObjectVersion']],
  ['headobject', ['GetObject', 'GetObjectVersion']],
  ['getobjectacl', ['GetObjectAcl', 'GetObjectVersionAcl']],
  ['getobjecttagging', ['GetObjectTagging', 'GetObjectVersionTagging']],
  ['getobjecttorrent', ['GetObjectTorrent', 'GetObjectVersionTorrent']],
  ['putobjectacl', ['PutObjectAcl', 'PutObjectVersionAcl']],
  ['putobjecttagging', ['PutObjectTagging', 'PutObjectVersionTagging']],
  ['deleteobjecttagging', ['DeleteObjectTagging', 'DeleteObjectVersionTagging']],
])

/** Sub-resources of a bucket whose read and write actions are not named as the operation is. */
const SUBRESOURCES: ReadonlyMap<string, string> = new Map([
  ['lifecycle', 'LifecycleConfiguration'],
  ['encryption', 'EncryptionConfiguration'],
  ['replication', 'ReplicationConfiguration'],
  ['inventory', 'InventoryConfiguration'],
  ['metrics', 'MetricsConfiguration'],
  ['analytics', 'AnalyticsConfiguration'],
  ['accelerate', 'AccelerateConfiguration'],
  ['intelligenttiering', 'IntelligentTieringConfiguration'],
  ['objectlock', 'BucketObjectLockConfiguration'],
  ['cors', 'BucketCORS'],
  ['publicaccessblock', 'BucketPublicAccessBlock'],
  ['ownershipcontrols', 'BucketOwnershipControls'],
  ['tagging', 'BucketTagging'],
  ['acl', 'BucketAcl'],
  ['notification', 'BucketNotification'],
  ['logging', 'BucketLogging'],
  ['versioning', 'BucketVersioning'],
  ['requestpayment', 'BucketRequestPayment'],
  ['website', 'BucketWebsite'],
  ['policy', 'BucketPolicy'],
  ['policystatus', 'BucketPolicyStatus'],
  ['location', 'BucketLocation'],
])

/** Deletions with an action of their own; all others of a sub-resource need its Put action. */
const OWN_DELETE = new Set(['website', 'policy'])

/** `getbucketlifecycleconfiguration` → `GetLifecycleConfiguration`; undefined for a name that is no sub-resource's. */
export function s3SubresourceAction(name: string): string | undefined {
  const parts = /^(get|put|delete|list)(?:bucket)?([a-z]{3,30}?)(?:configurations?)?$/.exec(name)
  const [, verb = '', subresource = ''] = parts ?? []
  const suffix = SUBRESOURCES.get(subresource)
  if (suffix === undefined) return undefined
  if (verb === 'delete') return OWN_DELETE.has(subresource) ? `Delete${suffix}` : `Put${suffix}`
  return verb === 'put' ? `Put${suffix}` : `Get${suffix}`
}

/**
 * API Gateway's actions are HTTP methods. Its API names begin with a verb that tells the method.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html
 */
const API_GATEWAY_METHODS: readonly (readonly [verb: string, method: string])[] = [
  ['get', 'GET'],
  ['export', 'GET'],
  ['create', 'POST'],
  ['importrestapi', 'POST'],
  ['importapikeys', 'POST'],
  ['importdocumentationparts', 'PUT'],
  ['importapi', 'POST'],
  ['generate', 'POST'],
  ['testinvoke', 'POST'],
  ['put', 'PUT'],
  ['reimport', 'PUT'],
  ['tag', 'PUT'],
  ['update', 'PATCH'],
  ['delete', 'DELETE'],
  ['flush', 'DELETE'],
  ['reset', 'DELETE'],
  ['untag', 'DELETE'],
]

/** `CreateRestApi` → `POST`; undefined for a name that begins with no known verb. */
export function apiGatewayMethod(operation: string): string | undefined {
  const lower = operation.toLowerCase()
  return API_GATEWAY_METHODS.find(([verb]) => lower.startsWith(verb))?.[1]
}

/**
 * The IAM action of an API name written as an action, `s3:ListObjectsV2` → `s3:ListBucket`; undefined where the name is
 * no operation of another name, or needs several actions (R-MSG-08, R-CT-23).
 */
export function actionOfOperation(text: string): string | undefined {
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const service = servicePrefix(text.slice(0, colon))
  const name = withoutVersion(text.slice(colon + 1)).toLowerCase()
  const listed = OPERATION_ACTIONS.get(`${service}:${name}`)
  if (listed !== undefined) return listed.length === 1 ? listed[0] : undefined
  if (service === 'apigateway') {
    // The actions themselves, the HTTP methods, are in capitals.
    const method = /^[A-Z][a-z]/.test(text.slice(colon + 1)) ? apiGatewayMethod(name) : undefined
    return method === undefined ? undefined : `apigateway:${method}`
  }
  const plain = service === 's3' ? s3Action(name) : undefined
  return plain === undefined ? canonicalAction(`${service}:${name}`) : `s3:${plain}`
}

/** Operations that make several kinds of request, each only where the caller puts it into the call. */
const ANY_OF_THEM: ReadonlySet<string> = new Set([
  'dynamodb:transactwriteitems',
  'dynamodb:executestatement',
  'dynamodb:batchexecutestatement',
  'dynamodb:executetransaction',
  'neptune-db:executegremlinquery',
  'neptune-db:executegremlinprofilequery',
  'neptune-db:executeopencypherquery',
  'neptune-graph:executequery',
  'timestream:query',
])

/**
 * Transactions, whose requests say which they are part of.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const TRANSACTIONS: ReadonlyMap<string, string> = new Map([
  ['dynamodb:transactwriteitems', 'TransactWriteItems'],
  ['dynamodb:transactgetitems', 'TransactGetItems'],
])

/** IAM actions of an API operation that has other names there than its own. */
export interface OperationActions {
  /** `some`: those that the call uses, one or more of them. */
  readonly needs: 'all' | 'some'
  /** In the order of the call: of a re-encryption first what reads, then what writes. */
  readonly actions: readonly string[]
  /** The value of `dynamodb:EnclosingOperation` in each of them. */
  readonly enclosing: string | undefined
}

/** Undefined: the text is an action itself, or an operation that needs the one action `actionOfOperation` gives. */
export function severalActionsOf(text: string): OperationActions | undefined {
  const colon = text.indexOf(':')
  if (colon < 0 || canonicalAction(text) !== undefined) return undefined
  const name = `${servicePrefix(text.slice(0, colon))}:${withoutVersion(text.slice(colon + 1)).toLowerCase()}`
  const actions = OPERATION_ACTIONS.get(name)
  const enclosing = TRANSACTIONS.get(name)
  if (actions === undefined || (actions.length < 2 && enclosing === undefined)) return undefined
  return { needs: ANY_OF_THEM.has(name) ? 'some' : 'all', actions, enclosing }
}

/** A copy is judged on what it writes; what it reads is a further request (G-04). */
const ON_DESTINATION = new Set(['copyobject', 'uploadpartcopy'])

/** Where source and target are both named, each is asked for what it is to a copy (R-REQ-02). */
export function copyActionsOf(text: string): OperationActions | undefined {
  const [service = '', operation = ''] = text.split(':')
  if (servicePrefix(service) !== 's3' || !ON_DESTINATION.has(withoutVersion(operation).toLowerCase())) return undefined
  return { needs: 'all', actions: ['s3:GetObject', 's3:PutObject'], enclosing: undefined }
}

function s3Action(name: string): string | undefined {
  if (name === 'deleteobjects') return 'DeleteObject'
  if (ON_DESTINATION.has(name)) return 'PutObject'
  return S3_OPERATIONS.get(name)?.[0] ?? S3_VERSIONED.get(name)?.[0] ?? s3SubresourceAction(name)
}
