/**
 * Actions of services that AWS has retired: today's Service Authorization Reference has no page for them, but records
 * and policies of their time still name them. Each stood in the reference while the service ran; the copies are in
 * awsdocs/iam-user-guide (`doc_source/list_awscloudhsm.md`, `list_awsiot1-click.md`, `list_awsiotthingsgraph.md`) and,
 * for the last two, in definitions that policy libraries made of it then
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticinference.html and
 * https://docs.aws.amazon.com/application-cost-profiler/latest/APIReference/API_ImportApplicationUsage.html).
 */
// biome-ignore format: a table is read by its columns
const RETIRED: readonly (readonly [service: string, names: string])[] = [
  ['cloudhsm', 'AddTagsToResource CreateHapg CreateLunaClient DeleteHapg DeleteLunaClient DescribeHapg DescribeHsm DescribeLunaClient GetConfig ListAvailableZones ListHapgs ListHsms ListLunaClients ListTagsForResource ModifyHapg ModifyHsm ModifyLunaClient RemoveTagsFromResource'],
  ['iot1click', 'AssociateDeviceWithPlacement ClaimDevicesByClaimCode CreatePlacement CreateProject DeletePlacement DeleteProject DescribeDevice DescribePlacement DescribeProject DisassociateDeviceFromPlacement FinalizeDeviceClaim GetDeviceMethods GetDevicesInPlacement InitiateDeviceClaim InvokeDeviceMethod ListDeviceEvents ListDevices ListPlacements ListProjects ListTagsForResource TagResource UnclaimDevice UntagResource UpdateDeviceState UpdatePlacement UpdateProject'],
  ['iotthingsgraph', 'AssociateEntityToThing CreateFlowTemplate CreateSystemInstance CreateSystemTemplate DeleteFlowTemplate DeleteNamespace DeleteSystemInstance DeleteSystemTemplate DeploySystemInstance DeprecateFlowTemplate DeprecateSystemTemplate DescribeNamespace DissociateEntityFromThing GetEntities GetFlowTemplate GetFlowTemplateRevisions GetNamespaceDeletionStatus GetSystemInstance GetSystemTemplate GetSystemTemplateRevisions GetUploadStatus ListFlowExecutionMessages ListTagsForResource SearchEntities SearchFlowExecutions SearchFlowTemplates SearchSystemInstances SearchSystemTemplates SearchThings TagResource UndeploySystemInstance UntagResource UpdateFlowTemplate UpdateSystemTemplate UploadEntityDefinitions'],
  ['elastic-inference', 'DescribeAcceleratorOfferings DescribeAcceleratorTypes DescribeAccelerators ListTagsForResource TagResource UntagResource'],
  ['application-cost-profiler', 'DeleteReportDefinition GetReportDefinition ImportApplicationUsage ListReportDefinitions PutReportDefinition UpdateReportDefinition'],
]

const byLetters: ReadonlyMap<string, string> = new Map(
  RETIRED.flatMap(([service, names]) =>
    names.split(' ').map((name) => [`${service}:${name}`.toLowerCase(), `${service}:${name}`] as const),
  ),
)

/** The action in its spelling, if it was one of a retired service. */
export const retiredAction = (action: string): string | undefined => byLetters.get(action.toLowerCase())
