import { Text, Title } from '@mantine/core';

interface LessonPartProps {
  title: string;
  text: string;
  /** Of the title, where a region is named by it. */
  id?: string;
}

/** A part of a lesson: its title, and what it says. */
export function LessonPart({ title, text, id }: LessonPartProps) {
  return (
    <>
      <Title order={4} id={id} size="h6" mt="sm">
        {title}
      </Title>
      <Text size="sm" my={4}>
        {text}
      </Text>
    </>
  );
}
