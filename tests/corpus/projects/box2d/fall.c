#include <box2d/box2d.h>

/* The speed of a ball after so many steps of 1/60 s, in m/s upwards. */
float fall(int steps)
{
    b2WorldDef world_def = b2DefaultWorldDef();
    b2WorldId world = b2CreateWorld(&world_def);
    b2BodyDef body_def = b2DefaultBodyDef();
    b2ShapeDef shape_def = b2DefaultShapeDef();
    b2Circle circle = {{0, 0}, 1};
    b2BodyId ball;
    float speed;

    body_def.type = b2_dynamicBody;
    ball = b2CreateBody(world, &body_def);
    b2CreateCircleShape(ball, &shape_def, &circle);
    for (int i = 0; i < steps; i++) b2World_Step(world, 1.0f / 60, 4);
    speed = b2Body_GetLinearVelocity(ball).y;
    b2DestroyWorld(world);
    return speed;
}
