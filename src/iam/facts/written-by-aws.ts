/**
 * Names that AWS's managed policies use and the service reference does not have: retired, internal or newer than it. So
 * they are, or were, no slips. A test holds the lists against the policies (docs/reference-data.md).
 */
// biome-ignore format: a table is read by its columns
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['budgets', 'createbudget deletebudget describebudget describebudgets updatebudget'],
  ['cloud9', 'validateenvironmentname'],
  ['cloudhsm', 'createlunaclient deletelunaclient describehapg describelunaclient getconfig modifyhapg modifylunaclient'],
  ['memorydb', 'replicatemultiregionclusterdata'],
  ['organizations', 'createbuilderidownedaccount'],
  ['payments', 'accepttermsandconditionsforprogrambyaccountid batchgetpaymentprofiles createpaymentattempt createpaymentprofile get getacceptedtermsandconditionsforprogrambyaccountid getaccountbalance getdefaultpaymentprofile geteligiblecurrencies getpaymentattempt getpaymentpreferences getpreferredcurrency getrecommendedtermsandconditionsforprogram listpaymentprofiles searchfinancialrecords setpreferredcurrency updatepaymentprofile'],
  ['qapps', 'importdocumenttoqapp importdocumenttoqappsession'],
  ['route53-recovery-control-config', 'describeroutingcontrolbyname'],
  ['securityagent', 'batchgetagentinstances batchgetsecuritytestcontentmetadata batchgettasks createdocumentreview deletedocumentreview getcodereviewtask getdocreviewtask getdocumentreview getdocumentreviewartifact listagentinstances listcontrols listdocumentreviewcomments listdocumentreviews listtasks startpentestexecution stoppentestexecution'],
])

const SERVICES: ReadonlySet<string> = new Set(
  `builderid codestar datazonecontrol deepcomposer deeplens deepracer elastic-inference evidently iot1click iotevents
  iotroborunner mobilehub sagemaker-groundtruth-synthetic zocalo`.split(/\s+/),
)

/** @param service in lower case, as `name` */
export const isActionAwsWrites = (service: string, name: string): boolean =>
  ACTIONS.get(service)?.split(' ').includes(name) === true

/** @param service in lower case */
export const isServiceAwsWrites = (service: string): boolean => SERVICES.has(service)

/** Actions and services that AWS's own policies name and its reference does not, as `service:name` and as `service`. */
export const namesAwsWrites = (): readonly string[] => [
  ...[...ACTIONS].flatMap(([service, names]) => names.split(' ').map((name) => `${service}:${name}`)),
  ...SERVICES,
]
