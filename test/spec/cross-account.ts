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
  s3express: [{ can: /^createsession$/ }],
  's3-object-lambda': [{ can: /^getobject$/ }],
  s3tables: [{ can: /^(?:gettable(?:data|metadatalocation)|puttabledata|updatetablemetadatalocation)$/ }],
  glacier: [{ can: /^(?:uploadarchive|deletearchive|(?:initiate|abort|complete)multipartupload)$/ }],
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
  'execute-api': [{ can: /^invoke$/ }],
  logs: [{ on: /^destination[:/]/, can: /^putsubscriptionfilter$/ }],
  codeartifact: [
    {
      can: names(`describepackageversion describerepository getpackageversionreadme getrepositoryendpoint listpackages listpackageversions
        listpackageversionassets listpackageversiondependencies readfromrepository describedomain getauthorizationtoken
        getdomainpermissionspolicy listrepositoriesindomain`),
    },
  ],
  codebuild: [
    {
      can: /^(?:batchget(?:projects|builds|reportgroups|reports)|listbuildsforproject|listreportsforreportgroup|describetestcases)$/,
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
  cloudsearch: [{ can: /^(?:document|search|suggest)$/ }],
  'acm-pca': [
    {
      can: /^(?:describecertificateauthority|getcertificate(?:authoritycertificate)?|(?:issue|revoke)certificate|list(?:permissions|tags))$/,
    },
  ],
  signer: [{ can: /^(?:getsigningprofile|revokesignature|signpayload|startsigningjob)$/ }],
  ses: [{ can: /^send(?:bulk|bulktemplated|raw|templated)?email$/ }],
  serverlessrepo: [
    {
      can: /^(?:createcloudformation(?:changeset|template)|getapplication|listapplication(?:dependencies|versions)|searchapplications|unshareapplication)$/,
    },
  ],
  ssm: [{ on: /^parameter\//, can: /^(?:describeparameters|getparameter(?:history|s)?)$/ }],
  aps: [{ can: /^(?:getlabels|getmetricmetadata|getseries|querymetrics|remotewrite)$/ }],
  kafka: [{ can: /^(?:createvpcconnection|describecluster(?:v2)?|getbootstrapbrokers)$/ }],
  // "The only supported action is rekognition:CopyProjectVersion"
  rekognition: [{ can: /^copyprojectversion$/, cannot: ALL }],
  comprehend: [{ can: /^importmodel$/ }],
  rum: [{ can: /^putrumevents$/ }],
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
  'cloudtrail-data': [{ on: /^channel\//, can: /^putauditevents$/ }],
  redshift: [{ on: /^namespace[:/]/, can: /^createinboundintegration$/ }],
  'redshift-serverless': [{ on: /^snapshot\//, can: /^restorefromsnapshot$/ }],
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
    (rest === undefined || ofType.length === 0 ? pages : ofType).map((page) => answerOf(page, name)),
  )
  const [only] = answers
  const can: Truth = answers.size === 1 && only !== undefined ? only : 'unknown'
  return can === 'unknown' ? 'unknown' : !can
}
