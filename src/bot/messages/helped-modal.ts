import { type APIModalInteractionResponseCallbackData, ComponentType, TextInputStyle } from 'discord.js';
import { SURE_FIELD } from './sure-modal.ts';

/** Asks for what ended an incident, in a sentence. */
export function helpedModal(incident: string): APIModalInteractionResponseCallbackData {
  return {
    custom_id: `helped:${incident}`,
    title: 'What helped?',
    components: [
      {
        type: ComponentType.TextDisplay,
        content: 'The next alert of this cause, Inspect and `/incidents` say it, with your name.',
      },
      {
        type: ComponentType.Label,
        label: 'In a sentence, for whoever is called next',
        component: {
          type: ComponentType.TextInput,
          custom_id: SURE_FIELD,
          style: TextInputStyle.Short,
          required: true,
          min_length: 3,
          max_length: 200,
        },
      },
    ],
  };
}

/** The incident that such a form is about; null for another form. */
export const readHelpedId = (id: string): string | null => /^helped:(\d{1,18})$/.exec(id)?.[1] ?? null;
