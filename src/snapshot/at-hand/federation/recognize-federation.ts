import { samlAssertion } from './assertion.ts'
import { awsFederation } from './aws-outputs.ts'
import type { FederationForm } from './fact.ts'
import { gitlabPipeline } from './gitlab.ts'
import { describedAccount, kubernetesObjects } from './kubernetes.ts'

/** Reads a value of JSON or YAML that shows where a token comes from; undefined: it shows nothing of the kind. */
export const federationOfValue = (value: unknown): FederationForm | undefined =>
  kubernetesObjects(value) ?? awsFederation(value)

/** The same for a text that is neither. */
export const federationOfText = (text: string): FederationForm | undefined =>
  gitlabPipeline(text) ?? describedAccount(text) ?? samlAssertion(text)
