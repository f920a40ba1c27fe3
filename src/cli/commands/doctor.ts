import { command, EXIT } from '../command.ts'
import { DOCTOR_OPTIONS } from '../doctor-options.ts'

export const doctorCommand = command({
  name: 'doctor',
  summary: 'Look at this installation: Node, dates of the AWS data, helpers, environment, and how whole a snapshot is',
  operands: '',
  maxOperands: 0,
  options: DOCTOR_OPTIONS,
  exits: '0 nothing is wrong, 1 something is, and what, 3 the snapshot is not there',
  examples: [
    {
      args: 'doctor --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.ok,
      does: 'what a snapshot holds, of which day it is, and what is missing in it',
    },
  ],
  run: async (args, io, all) => (await import('../runs/doctor.ts')).runDoctor(args, io, all),
})
