"""What every conversation needs and no dialogue: context, policy, notifications, schedule, events."""
