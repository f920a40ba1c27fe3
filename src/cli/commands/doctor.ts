import { command, EXIT } from '../command.ts'
import { DOCTOR_OPTIONS } from '../doctor-options.ts'

export const doctorCommand = command({
  name: 'doctor',
  summary: 'Check this installation: Node, age of the AWS data, helpers, environment, gaps in a snapshot',
  operands: '',
  maxOperands: 0,
  options: DOCTOR_OPTIONS,
  exits: '0 nothing is wrong, 1 something is, and what, 3 the snapshot is not there',
  examples: [
    {
      args: 'doctor --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.ok,
      does: 'contents, age and gaps of a snapshot',
    },
  ],
  run: async (args, io, all) => (await import('../runs/doctor.ts')).runDoctor(args, io, all),
})
