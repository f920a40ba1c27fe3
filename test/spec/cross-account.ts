/**
 * R-OTH-23: what a resource policy can give another account, written from the pages under each service a second time; docs/cross-account.md
 * lists the pages.
 */
import type { Truth } from '#iam/truth.ts'
import { isTrustQuestion } from './layers.ts'
import { asksIdentityOnly, type Question } from './question.ts'

/** `can`: the page gives it. `cannot`: the page says that other accounts never get it. What neither matches is open. */
interface Page {
  readonly on?: RegExp
  readonly can: RegExp
  readonly cannot?: RegExp
  /** Left open in spite of `can` and `cannot`. */
  readonly open?: RegExp
  /** What a caller without credentials can be given all the same. */
  readonly unsigned?: RegExp
}

const names = (text: string): RegExp => new RegExp(`^(?:${text.trim().split(/\s+/).join('|')})$`)
const ALL = /./
const BUCKET_POLICY = names('getbucketpolicy putbucketpolicy deletebucketpolicy')

const PAGES: Readonly<Record<string, readonly Page[]>> = {
  // "belong to the bucket owner's account in order to use this operation"
  s3: [
    {
      on: /^accesspoint\//,
      can: /^(?:(?:get|put|delete)object|list(bucket|multipart)|getbucket(acl|cors|location|notification)$|restoreobject|abortmultipart|bypassgov)/,
      cannot: BUCKET_POLICY,
    },
    { can: ALL, cannot: BUCKET_POLICY, open: /^createbucket$|accesspoint|accessgrant|job|storagelens/ },
  ],
  // "Only users from Outposts bucket owner account with the right permissions can perform actions on an Outposts bucket."
  's3-outposts': [{ can: /^$/, cannot: /^(?:getbucket|(?:get|put|delete)bucketpolicy)$/ }],
  // "Cross-account access to this API operation isn't supported": all that the Regional endpoint answers.
  s3express: [
    {
      can: /^createsession$/,
      cannot:
        /^(?:(?:create|delete)bucket|(?:get|put|delete)bucketpolicy|(?:get|put)(?:encryption|lifecycle|metrics)configuration)$/,
    },
  ],
  's3-object-lambda': [{ can: /^getobject$/ }],
  // The one example with a user of another account reads.
  s3tables: [{ can: /^gettable(?:data|metadatalocation)$/ }],
  s3vectors: [{ can: /^(?:(?:create|delete)index|listindexes|(?:put|query)vectors)$/ }],
  glacier: [
    {
      can: /^(?:uploadarchive|deletearchive|(?:initiate|abort|complete)multipartupload|initiatejob|getjoboutput)$/,
      // The operations marked with a red asterisk.
      cannot: /^(?:createvault|[gs]etdataretrievalpolicy)$/,
    },
  ],
  // "Cross-account permissions don't apply to the following actions"
  sqs: [
    {
      can: ALL,
      cannot:
        names(`addpermission cancelmessagemovetask createqueue deletequeue listmessagemovetasks listqueues listqueuetags
        removepermission setqueueattributes startmessagemovetask tagqueue untagqueue`),
    },
  ],
  sns: [
    {
      can: /^(?:(?:add|remove)permission|deletetopic|[gs]ettopicattributes|listsubscriptionsbytopic|publish|subscribe)$/,
    },
  ],
  kms: [
    {
      can: names(`decrypt encrypt generatedatakey generatedatakeypair generatedatakeypairwithoutplaintext
        generatedatakeywithoutplaintext generatemac reencryptfrom reencryptto sign verify verifymac derivesharedsecret creategrant
        describekey getkeyrotationstatus getpublickey listgrants retiregrant revokegrant`),
      cannot: ALL,
    },
  ],
  // "Cross-account permission is effective only for the following operations"
  secretsmanager: [
    {
      can: names(`cancelrotatesecret deleteresourcepolicy deletesecret describesecret getrandompassword getresourcepolicy getsecretvalue
        listsecretversionids putresourcepolicy putsecretvalue removeregionsfromreplication replicatesecrettoregions restoresecret
        rotatesecret stopreplicationtoreplica tagresource untagresource updatesecret updatesecretversionstage validateresourcepolicy`),
      cannot: ALL,
    },
  ],
  lambda: [
    {
      can: names(`invokefunction invokefunctionurl getfunction getfunctionconfiguration updatefunctioncode deletefunction publishversion
        listversionsbyfunction createalias getalias listaliases updatealias deletealias getpolicy putfunctionconcurrency
        deletefunctionconcurrency listtags tagresource untagresource getlayerversion`),
    },
  ],
  // Columns "Cross-account support"; PartiQL, settings, backups, exports and the policy itself have "No".
  dynamodb: [
    {
      can: /^(?:(?:get|put|update|delete|conditioncheck|batchget|batchwrite)item|query|scan|(?:delete|describe|update)table|listtagsofresource|(?:un)?tagresource|describestream|getrecords|getsharditerator)$/,
      cannot: ALL,
      open: /^(?:associatetablereplica|(?:read|write)dataforreplication|replicatesettings)$/,
    },
  ],
  // "belong to the owner's account in order to use this operation"
  kinesis: [
    {
      can: /^(?:describestream(?:consumer|summary)?|getrecords|getsharditerator|listshards|putrecords?|subscribetoshard)$/,
      cannot: /^(?:put|delete)resourcepolicy$/,
    },
  ],
  // "cross-account access for any action other than backup:CopyIntoBackupVault will be rejected"
  backup: [{ can: /^copyintobackupvault$/, cannot: ALL }],
  elasticfilesystem: [{ can: /^client(?:mount|write|rootaccess)$/ }],
  ecr: [
    {
      can: /^(?:batchchecklayeravailability|batchgetimage|getdownloadurlforlayer|(?:complete|initiate)layerupload|putimage|uploadlayerpart)$/,
      cannot: /^getauthorizationtoken$/,
    },
  ],
  'ecr-public': [
    {
      can: /^(?:batchchecklayeravailability|(?:complete|initiate)layerupload|putimage|uploadlayerpart)$/,
      cannot: /^getauthorizationtoken$/,
    },
  ],
  events: [
    {
      can: /^(?:putevents|(?:put|delete|disable|enable|describe)rule|(?:put|remove)targets|(?:un)?tagresource|listtargetsbyrule|listtagsforresource)$/,
    },
  ],
  schemas: [
    {
      can: /^(?:(?:create|delete|describe|update)schema|(?:delete|describe|update)registry|(?:list|search)schemas|listschemaversions|deleteschemaversion|describecodebinding|getcodebindingsource|putcodebinding)$/,
    },
  ],
  'execute-api': [{ can: /^invoke$/ }],
  logs: [
    { on: /^destination[:/]/, can: /^putsubscriptionfilter$/ },
    // "Resource policies with actions invoked by non-AWS service principals … will not be enforced."
    { on: /^log-group:/, can: /^$/, cannot: /^(?:putlogevents|createlogstream)$/ },
  ],
  codeartifact: [
    {
      can: names(`describepackageversion describerepository getpackageversionreadme getrepositoryendpoint listpackages listpackageversions
        listpackageversionassets listpackageversiondependencies readfromrepository publishpackageversion putpackagemetadata
        describedomain getauthorizationtoken getdomainpermissionspolicy listrepositoriesindomain createrepository tagresource`),
      // "You cannot grant permissions to another AWS account to update the resource policy"
      cannot: /^put(?:domain|repository)permissionspolicy$/,
    },
  ],
  codebuild: [
    {
      can: /^(?:batchget(?:projects|builds|reportgroups|reports)|listbuildsforproject|listreportsforreportgroup|describetestcases)$/,
      // "A project consumer can view a project and its builds, but cannot edit a project or use it to run builds."
      cannot: /^(?:(?:start|retry)build(?:batch)?|update(?:project|reportgroup))$/,
    },
  ],
  // "Cross-account access is only supported for Data Catalog resources"
  glue: [
    {
      on: /^(?:catalog|database|table|tableVersion|userDefinedFunction|connection)(?:$|[/:])/,
      can: ALL,
      open: /resourcepolic(?:y|ies)$|tag|datacatalogencryptionsettings$|crawler|integration/,
    },
    { can: /^$/, cannot: ALL },
  ],
  // "In resource-based policies, the es:* action is equivalent to es:ESHttp*"
  es: [
    {
      can: /^(?:eshttp|escrossclusterget$)/,
      cannot: ALL,
      open: /^(?:(?:create|update)vpcendpoint|createoutbound(?:crossclustersearch)?connection)$/,
    },
  ],
  // "they cannot be used to configure access to the Amazon CloudSearch configuration service actions"
  cloudsearch: [{ can: /^(?:document|search|suggest)$/, cannot: ALL }],
  'acm-pca': [
    {
      can: /^(?:describecertificateauthority|getcertificate(?:authoritycertificate)?|(?:issue|revoke)certificate|list(?:permissions|tags))$/,
    },
  ],
  signer: [{ can: /^(?:getsigningprofile|revokesignature|signpayload|startsigningjob)$/ }],
  // The row "Action" of the page, where it speaks of sending.
  ses: [{ can: /^send(?:bulktemplated|raw|templated)?email$/ }],
  serverlessrepo: [
    {
      can: /^(?:createcloudformation(?:changeset|template)|getapplication|listapplication(?:dependencies|versions)|searchapplications|unshareapplication)$/,
    },
  ],
  // "Consumer accounts receive read-only access to the parameters you share with them."
  ssm: [
    {
      on: /^parameter\//,
      can: /^(?:describeparameters|getparameter(?:history|s)?)$/,
      cannot: /^(?:putparameter|deleteparameters?|putresourcepolicy)$/,
    },
  ],
  aps: [{ can: /^(?:getlabels|getmetricmetadata|getseries|querymetrics|remotewrite)$/ }],
  kafka: [{ can: /^(?:createvpcconnection|describecluster(?:v2)?|getbootstrapbrokers)$/ }],
  // "The following policy grants permissions for cluster, topic, and group-level access": kafka-cluster:* on each of them.
  'kafka-cluster': [{ on: /^(?:cluster|topic|group)\//, can: ALL }],
  // "The only supported action is rekognition:CopyProjectVersion"
  rekognition: [{ can: /^copyprojectversion$/, cannot: ALL }],
  // "comprehend:ImportModel is the only action that Amazon Comprehend supports"
  comprehend: [{ on: /^(?:document-classifier|entity-recognizer)\//, can: /^importmodel$/, cannot: ALL }],
  // "CloudWatch RUM resource based policies do not support cross-account access", but one "allows anyone to write data".
  rum: [{ can: /^$/, cannot: ALL, open: /^putrumevents$/, unsigned: /^putrumevents$/ }],
  oam: [{ can: /^(?:create|update)link$/ }],
  // "WAF rejects any extra actions or wildcard actions in the policy"
  wafv2: [{ can: /^(?:createwebacl|updatewebacl|putfirewallmanagerrulegroups|getrulegroup)$/, cannot: ALL }],
  mediastore: [{ can: /^(?:(?:delete|describe|get|put)object|listitems)$/ }],
  sagemaker: [
    {
      on: /^model-package(?:-group)?\//,
      can: /^(?:createmodel|(?:describe|update)modelpackage|describemodelpackagegroup|listmodelpackages)$/,
    },
  ],
  organizations: [
    {
      can: /^(?:describe|list|(?:attach|create|delete|detach|update)policy$|(?:dis|en)ablepolicytype$|(?:un)?tagresource$)/,
    },
  ],
  'vpc-lattice-svcs': [{ can: /^invoke$/ }],
  'bedrock-agentcore': [{ can: /^invoke(?:agentruntime|gateway)$/ }],
  // "The policy contains only one action: cloudtrail-data:PutAuditEvents"
  'cloudtrail-data': [{ on: /^channel\//, can: /^putauditevents$/, cannot: ALL }],
  cloudtrail: [
    {
      on: /^eventdatastore\//,
      can: /^(?:(?:start|cancel|describe|generate)query|listqueries|getqueryresults|generatequeryresultssummary|geteventdatastore)$/,
    },
    { on: /^dashboard\//, can: /^$/, cannot: ALL },
  ],
  redshift: [{ on: /^namespace[:/]/, can: /^createinboundintegration$/ }],
  'redshift-serverless': [{ on: /^snapshot\//, can: /^restorefromsnapshot$/ }],
  dsql: [{ on: /^cluster\//, can: /^$/, cannot: ALL }],
  // "Guardrails only supports the bedrock:ApplyGuardrail and bedrock:GetGuardrail actions … For guardrail-profile resources, only
  // ApplyGuardrail is supported."
  bedrock: [
    { on: /^guardrail\//, can: /^(?:apply|get)guardrail$/, cannot: ALL },
    { on: /^guardrail-profile\//, can: /^applyguardrail$/, cannot: ALL },
  ],
  'network-firewall': [
    { on: /^state(?:ful|less)-rulegroup\//, can: /^(?:(?:create|update)firewallpolicy|listrulegroups)$/ },
    { on: /^firewall-policy\//, can: /^(?:associatefirewallpolicy|listfirewallpolicies)$/ },
    { on: /^firewall\//, can: /^(?:createvpcendpointassociation|describefirewallmetadata|listfirewalls)$/ },
  ],
  // Each operation's "Cross-account use".
  'payment-cryptography': [
    {
      can: names(`(?:add|remove)keyreplicationregions (?:delete|export|get|import|restore)key getpublickeycertificate
        listtagsforresource (?:start|stop)keyusage (?:un)?tagresource (?:de|en|reen)cryptdata (?:generate|verify)authrequestcryptogram
        (?:generate|verify)cardvalidationdata (?:generate|verify)mac (?:generate|translate|verify)pindata generateas2805kekvalidation
        generatemacemvpinchange translatekeymaterial`),
      cannot: names(`(?:create|delete|get|update)alias list(?:aliases|keys) createkey (?:delete|get|put)resourcepolicy
        (?:disable|enable|get)defaultkeyreplicationregions (?:dis)?associatempateam getmpateamassociation
        getparametersfor(?:ex|im)port`),
    },
  ],
  // Each operation's "Cross-account use".
  cloudhsm: [{ can: /^(?:createcluster|describebackups)$/, cannot: ALL }],
}

const answerOf = ({ can, cannot, open }: Page, name: string): Truth => {
  if (open?.test(name) === true) return 'unknown'
  if (cannot !== undefined && cannot !== ALL && cannot.test(name)) return false
  if (can.test(name)) return true
  return cannot === ALL ? false : 'unknown'
}

/** Whether the rule denies the call: of another account or of nobody, on something that has an owner. */
export function isBeyondResourcePolicies(question: Question, name: string): Truth {
  const { relation, caller, resource, service } = question
  if ((relation !== 'cross' && caller.kind !== 'anonymous') || resource === '*') return false
  if (isTrustQuestion(question) || asksIdentityOnly(question.action)) return false
  const rest = resource.startsWith('arn:') ? resource.split(':').slice(5).join(':') : undefined
  const pages = (PAGES[service] ?? []).filter(({ on }) => rest === undefined || on === undefined || on.test(rest))
  const ofType = pages.filter(({ on }) => on !== undefined)
  const answers = new Set(
    (rest === undefined || ofType.length === 0 ? pages : ofType).map((page) =>
      caller.kind === 'anonymous' && page.unsigned?.test(name) === true ? true : answerOf(page, name),
    ),
  )
  const [only] = answers
  const can: Truth = answers.size === 1 && only !== undefined ? only : 'unknown'
  return can === 'unknown' ? 'unknown' : !can
}
