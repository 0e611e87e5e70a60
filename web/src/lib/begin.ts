// What must be ready before the first paint.
import { useLocale } from '$lib/i18n/index.svelte';
import { settings } from '$lib/ui/settings.svelte';

export async function begin(): Promise<void> {
  await useLocale(settings.locale);
}
