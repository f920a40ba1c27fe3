import { CALL_FACTS } from '#iam/call-facts.ts'
import type { DependentCall } from './dependent-call.ts'
import { firstKey, listedKey, onKey, ownArnAs, ownKey, READ_KEY } from './keys.ts'
import { ownAttribute, type CallView, values } from './call-view.ts'
import { through } from './who.ts'

const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html'

type Tier = 'Standard' | 'Advanced' | 'Intelligent-Tiering'

/**
 * An advanced parameter stays one; else the call decides, or what the parameter is. Without any of them it is standard.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html, `Tier`
 */
const tierOf = (view: CallView): unknown => {
  const own = ownAttribute(view, 'tier')
  return own === 'Advanced' ? own : (values(view, CALL_FACTS.tier)[0] ?? own ?? 'Standard')
}

const securing = (tier: Tier, advanced: boolean): DependentCall => ({
  rule: 'G-34',
  on: ['ssm:PutParameter'],
  when: (view) => tierOf(view) === tier,
  who: through('ssm'),
  needs: [
    onKey(firstKey(ownKey, listedKey), advanced ? ['kms:GenerateDataKey'] : ['kms:Encrypt'], {
      via: 'ssm',
      encryption: ownArnAs('PARAMETER_ARN'),
    }),
  ],
  ...(tier === 'Intelligent-Tiering'
    ? {
        onlyIf: {
          fact: `whether the parameter becomes ${advanced ? 'an advanced' : 'a standard'} one`,
          howToGet: 'the size of its value and its policies: more than 4 KB, or a policy, make it advanced',
        },
      }
    : {}),
  why: advanced
    ? 'an advanced secure parameter is encrypted under a data key of this key'
    : 'a standard secure parameter is encrypted with this key',
  docs: KMS,
})

/** Secure parameters of Systems Manager (G-33, G-34). */
export const PARAMETER_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-33',
    on: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath', 'ssm:GetParameterHistory'],
    who: through('ssm'),
    needs: [onKey(ownKey, READ_KEY, { via: 'ssm', encryption: ownArnAs('PARAMETER_ARN') })],
    why: 'a secure parameter read with decryption needs its key, which Systems Manager uses as the caller',
    docs: KMS,
  },
  securing('Advanced', true),
  securing('Standard', false),
  securing('Intelligent-Tiering', true),
  securing('Intelligent-Tiering', false),
]
