import { type CallView, isResource } from './call-view.ts'
import type { DependentCall, Need, Target } from './dependent-call.ts'
import { SAME_CALL } from './who.ts'

const ON = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream']

const isProfile = ({ own }: CallView): boolean =>
  own !== undefined &&
  ['inference-profile/', 'application-inference-profile/'].some((type) => isResource(own, 'bedrock', type))

/**
 * The models behind an inference profile. A profile of AWS's is named after its geography and its model: `us.amazon.nova-pro-v1:0`.
 * No evidence shows to which of its Regions it sends a call, so the Region of the model is open; a global profile also asks for the
 * model without a Region (R-OTH-22). The name of an application's own profile doesn't say which model it is for.
 */
const models = ({ partition, ownArn, callerAccount: account }: CallView): readonly Target[] => {
  const [type, name = ''] = ownArn?.resource.split('/') ?? []
  const dot = name.indexOf('.')
  // AWS's models are in no account: each account decides for itself who calls them.
  const owner = account === undefined ? {} : { account }
  if (type !== 'inference-profile' || dot < 0) return [{ arn: null, ...owner }]
  const model = `arn:${partition}:bedrock:*::foundation-model/${name.slice(dot + 1)}`
  return [{ arn: model, open: [model], ...owner }]
}

const invoked = (action: string): Need => ({
  actions: [action],
  on: models,
  context: ({ own }) => ({
    ...(own === undefined ? {} : { 'bedrock:InferenceProfileArn': own }),
    // The Region in which the model is called, which need not be that of the call (R-OTH-22).
    'aws:RequestedRegion': { state: 'present' },
  }),
})

/** Inference profiles of Bedrock, which stand for a model in several Regions (G-117). */
export const BEDROCK_CALLS: readonly DependentCall[] = ON.map((action) => ({
  rule: 'G-117',
  on: [action],
  when: isProfile,
  who: SAME_CALL,
  needs: [invoked(action)],
  why: 'a call of an inference profile is also evaluated on the model in the Region to which the profile sends it',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html',
}))
