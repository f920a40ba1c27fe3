/**
 * Actions of services that AWS has retired: today's Service Authorization Reference has no page for them, but records
 * and policies of their time still name them. Each stood in the reference while the service ran; the copies are in
 * awsdocs/iam-user-guide (`doc_source/list_awscloudhsm.md`, `list_awsiot1-click.md`, `list_awsiotthingsgraph.md`), for
 * elastic-inference and application-cost-profiler in definitions that policy libraries made of it then
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticinference.html and
 * https://docs.aws.amazon.com/application-cost-profiler/latest/APIReference/API_ImportApplicationUsage.html), and for the
 * others in the reference of 2026-09-26.
 */
// biome-ignore format: a table is read by its columns
const RETIRED: readonly (readonly [service: string, names: string])[] = [
  ['cloudhsm', 'AddTagsToResource CreateHapg CreateLunaClient DeleteHapg DeleteLunaClient DescribeHapg DescribeHsm DescribeLunaClient GetConfig ListAvailableZones ListHapgs ListHsms ListLunaClients ListTagsForResource ModifyHapg ModifyHsm ModifyLunaClient RemoveTagsFromResource'],
  ['iot1click', 'AssociateDeviceWithPlacement ClaimDevicesByClaimCode CreatePlacement CreateProject DeletePlacement DeleteProject DescribeDevice DescribePlacement DescribeProject DisassociateDeviceFromPlacement FinalizeDeviceClaim GetDeviceMethods GetDevicesInPlacement InitiateDeviceClaim InvokeDeviceMethod ListDeviceEvents ListDevices ListPlacements ListProjects ListTagsForResource TagResource UnclaimDevice UntagResource UpdateDeviceState UpdatePlacement UpdateProject'],
  ['iotthingsgraph', 'AssociateEntityToThing CreateFlowTemplate CreateSystemInstance CreateSystemTemplate DeleteFlowTemplate DeleteNamespace DeleteSystemInstance DeleteSystemTemplate DeploySystemInstance DeprecateFlowTemplate DeprecateSystemTemplate DescribeNamespace DissociateEntityFromThing GetEntities GetFlowTemplate GetFlowTemplateRevisions GetNamespaceDeletionStatus GetSystemInstance GetSystemTemplate GetSystemTemplateRevisions GetUploadStatus ListFlowExecutionMessages ListTagsForResource SearchEntities SearchFlowExecutions SearchFlowTemplates SearchSystemInstances SearchSystemTemplates SearchThings TagResource UndeploySystemInstance UntagResource UpdateFlowTemplate UpdateSystemTemplate UploadEntityDefinitions'],
  ['elastic-inference', 'DescribeAcceleratorOfferings DescribeAcceleratorTypes DescribeAccelerators ListTagsForResource TagResource UntagResource'],
  ['application-cost-profiler', 'DeleteReportDefinition GetReportDefinition ImportApplicationUsage ListReportDefinitions PutReportDefinition UpdateReportDefinition'],
  ['codestar', 'AssociateTeamMember CreateProject CreateUserProfile DeleteExtendedAccess DeleteProject DeleteUserProfile DescribeProject DescribeUserProfile DisassociateTeamMember GetExtendedAccess ListProjects ListResources ListTagsForProject ListTeamMembers ListUserProfiles PutExtendedAccess TagProject UntagProject UpdateProject UpdateTeamMember UpdateUserProfile VerifyServiceRole'],
  ['evidently', 'BatchEvaluateFeature CreateExperiment CreateFeature CreateLaunch CreateProject CreateSegment DeleteExperiment DeleteFeature DeleteLaunch DeleteProject DeleteSegment EvaluateFeature GetExperiment GetExperimentResults GetFeature GetLaunch GetProject GetSegment ListExperiments ListFeatures ListLaunches ListProjects ListSegmentReferences ListSegments ListTagsForResource PutProjectEvents StartExperiment StartLaunch StopExperiment StopLaunch TagResource TestSegmentPattern UntagResource UpdateExperiment UpdateFeature UpdateLaunch UpdateProject UpdateProjectDataDelivery'],
  ['iotevents', 'BatchAcknowledgeAlarm BatchDeleteDetector BatchDisableAlarm BatchEnableAlarm BatchPutMessage BatchResetAlarm BatchSnoozeAlarm BatchUpdateDetector CreateAlarmModel CreateDetectorModel CreateInput DeleteAlarmModel DeleteDetectorModel DeleteInput DescribeAlarm DescribeAlarmModel DescribeDetector DescribeDetectorModel DescribeDetectorModelAnalysis DescribeInput DescribeLoggingOptions GetDetectorModelAnalysisResults ListAlarmModelVersions ListAlarmModels ListAlarms ListDetectorModelVersions ListDetectorModels ListDetectors ListInputRoutings ListInputs ListTagsForResource PutLoggingOptions StartDetectorModelAnalysis TagResource UntagResource UpdateAlarmModel UpdateDetectorModel UpdateInput UpdateInputRouting'],
]

const byLetters: ReadonlyMap<string, string> = new Map(
  RETIRED.flatMap(([service, names]) =>
    names.split(' ').map((name) => [`${service}:${name}`.toLowerCase(), `${service}:${name}`] as const),
  ),
)

/** The action in its spelling, if it was one of a retired service. */
export const retiredAction = (action: string): string | undefined => byLetters.get(action.toLowerCase())
