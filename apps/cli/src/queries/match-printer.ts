import type { DicomJson } from '@dcm/dataset'
import { safeField, safeText } from '../terminal/safe-text.ts'
import { Table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { readable, valueAt } from './cell.ts'
import type { QueryKey } from './query-keys.ts'

/** Prints matches as they come. */
export interface MatchPrinter {
  match(dataSet: DicomJson): Promise<void>
  end(): Promise<void>
}

/** One object a line, in the DICOM JSON model (PS3.18 F). */
export function jsonPrinter(terminal: Terminal): MatchPrinter {
  return {
    match: (dataSet) => terminal.object({ type: 'match', dataSet }),
    end: () => Promise.resolve(),
  }
}

/** RFC 4180, with the keywords in the first line. */
export function csvPrinter(keys: readonly QueryKey[], terminal: Terminal): MatchPrinter {
  const line = (cells: readonly string[]): Promise<void> =>
    terminal.line(cells.map((cell) => field(safeField(cell))).join(','))
  const title = line(keys.map(({ path }) => path.join('.')))
  // It is met by whoever prints next.
  title.catch(() => undefined)
  return {
    match: async (dataSet) => {
      await title
      await line(keys.map(({ path }) => valueAt(dataSet, path)))
    },
    end: () => title,
  }
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Keywords that say little more than their short form, and take the room of the values. */
const shortTitles: Readonly<Record<string, string>> = {
  NumberOfStudyRelatedInstances: 'Instances',
  NumberOfSeriesRelatedInstances: 'Instances',
  ModalitiesInStudy: 'Modalities',
  ScheduledProcedureStepStartDate: 'Date',
  ScheduledProcedureStepStartTime: 'Time',
  ScheduledStationAETitle: 'Station',
  ScheduledProcedureStepDescription: 'Step',
  ScheduledPerformingPhysicianName: 'Physician',
  ScheduledProcedureStepID: 'StepID',
  RequestedProcedureDescription: 'Procedure',
}

/** For people. */
export function tablePrinter(keys: readonly QueryKey[], terminal: Terminal): MatchPrinter {
  const titles = keys.map(({ path }) => shortTitles[path.at(-1) ?? ''] ?? path.at(-1) ?? '')
  const table = new Table(
    titles.map((title) => ({ title, ...(title === 'Instances' && { align: 'right' as const }) })),
    terminal,
  )
  return {
    match: (dataSet) => table.row(keys.map(({ path }) => safeText(valueAt(dataSet, path, readable)))),
    end: () => table.end(),
  }
}
